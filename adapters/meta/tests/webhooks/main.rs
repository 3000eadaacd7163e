//! The Meta adapter against recorded and invented webhooks: what is accepted, and what becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod batches;
mod conformance;
mod events;
mod handshake;
mod keys;
mod signatures;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use switchboard_adapter_meta as _; // Linked for its registration.
use switchboard_core::{Adapter, Data, Delivery, Draft, Endpoint, SecretRole, registrations};

/// The secret of the recorded webhooks, and the word that the operator made up.
const APP_SECRET: &str = "4f1c0b7e9a2d4c6e8f01a3b5c7d9e2f4";
const VERIFY_TOKEN: &str = "a-word-of-ours";

fn adapter() -> Box<dyn Adapter> {
    let linked = registrations();
    let meta = linked
        .iter()
        .find(|linked| linked.descriptor.name == "meta");
    meta.unwrap().build(&json!({})).unwrap()
}

fn role(name: &str) -> SecretRole {
    let roles = adapter().descriptor().secrets;
    *roles.iter().find(|role| role.name == name).unwrap()
}

fn endpoint() -> Endpoint {
    Endpoint::fixed(1_764_000_000)
        .with_secret_text(role("app_secret"), APP_SECRET)
        .with_secret_text(role("verify_token"), VERIFY_TOKEN)
}

/// The body of a recorded request.
fn body(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let request = fs::read(folder.join(format!("{name}.http"))).unwrap();
    let end = request.windows(2).position(|window| window == b"\n\n");
    request[end.unwrap() + 2..].to_vec()
}

fn decode(body: &Value) -> Vec<Draft> {
    adapter().decode(&Delivery::post(body.to_string())).unwrap()
}

/// A body in which the messages of a business account changed so.
fn whatsapp(value: &Value) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [
        {"id": "104996122399160", "changes": [{"field": "messages", "value": value}]},
    ]})
}

/// A body with one thing that a customer did on a page.
fn messenger(thing: &Value) -> Value {
    let mut item = json!({"sender": {"id": "7483922019384756"},
        "recipient": {"id": "106540352242922"}, "timestamp": 1_764_000_000_123_u64});
    for (name, content) in thing.as_object().unwrap() {
        item[name] = content.clone();
    }
    json!({"object": "page", "entry": [{"id": "106540352242922", "messaging": [item]}]})
}

/// What `drafts` tell, in their order.
fn kinds(drafts: &[Draft]) -> Vec<String> {
    let kind = |draft: &Draft| match &draft.data {
        Data::Unknown(unknown) => format!("provider.event {}", unknown.kind),
        data => data.kind().to_owned(),
    };
    drafts.iter().map(kind).collect()
}
