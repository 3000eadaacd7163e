//! Kommo Chats against recorded and invented webhooks: what is accepted, and what becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;
mod events;
mod mutations;
mod signatures;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use switchboard_adapter_kommo as _; // Linked for its registration.
use switchboard_core::{Adapter, Delivery, Draft, Endpoint, SecretRole, registrations};

/// The channel secret of the recorded webhooks.
const SECRET: &str = "0f6a1c9be2d84753a1b0c2d3e4f5a69788776655";

/// One second after most of them were signed.
const NOW: i64 = 1_764_000_002;

fn adapter_with(options: &Value) -> Box<dyn Adapter> {
    let linked = registrations();
    let kommo = linked
        .iter()
        .find(|registration| registration.descriptor.name == "kommo-chats");
    kommo.unwrap().build(options).unwrap()
}

fn adapter() -> Box<dyn Adapter> {
    adapter_with(&json!({}))
}

fn role() -> SecretRole {
    adapter().descriptor().secrets[0]
}

fn endpoint() -> Endpoint {
    Endpoint::fixed(NOW).with_secret_text(role(), SECRET)
}

/// The body of a captured request.
fn body(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let request = fs::read_to_string(path.join(format!("{name}.http"))).unwrap();
    let (_, body) = request.split_once("\n\n").unwrap();
    body.into()
}

fn decode(body: impl Into<Vec<u8>>) -> Vec<Draft> {
    adapter().decode(&Delivery::post(body.into())).unwrap()
}

fn decode_json(body: &Value) -> Draft {
    let mut drafts = decode(body.to_string());
    assert_eq!(drafts.len(), 1, "{body}");
    drafts.remove(0)
}
