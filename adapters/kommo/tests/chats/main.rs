//! Kommo Chats against recorded and invented webhooks: what is accepted, and what becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod events;
mod facts;
mod mutations;
mod signatures;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use switchboard_adapter_kommo as _; // Linked for its registration.
use switchboard_core::event::Origin;
use switchboard_core::{
    Adapter, Delivery, Draft, Endpoint, Event, SecretRole, Timestamp, registrations,
};

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

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

fn body(name: &str) -> Vec<u8> {
    fs::read(fixture(&format!("{name}.body"))).unwrap()
}

/// Every body that there is, fixtures and samples, by its name.
fn bodies() -> Vec<(String, Vec<u8>)> {
    let mut bodies: Vec<_> = fs::read_dir(fixture(""))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "body")
        })
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    let samples = adapter().descriptor().samples.iter();
    bodies.extend(samples.map(|sample| (format!("sample-{}", sample.name), sample.body.to_vec())));
    bodies.sort();
    bodies
}

fn decode(body: impl Into<Vec<u8>>) -> Vec<Draft> {
    adapter().decode(&Delivery::post(body.into())).unwrap()
}

fn decode_json(body: &Value) -> Draft {
    let mut drafts = decode(body.to_string());
    assert_eq!(drafts.len(), 1, "{body}");
    drafts.remove(0)
}

/// What the pipeline makes of the drafts of one delivery.
fn stamp(drafts: Vec<Draft>) -> Vec<Event> {
    let origin = Origin {
        adapter: adapter().descriptor(),
        endpoint: "support",
        account: None,
        scheme: "hmac-sha1",
        delivery: "delivery",
        recorded: Timestamp::from_seconds(NOW).unwrap(),
    };
    drafts
        .into_iter()
        .enumerate()
        .map(|(position, draft)| Event::stamp(draft, &origin, position))
        .collect()
}
