//! The contract, held against the five dialects that strain it most.
//!
//! Each module is an adapter in miniature, written on the public API alone, and what its provider
//! is known to send: a signature over URL and sorted parameters (Twilio), no signature and XML
//! (Salesforce), signed handshakes (Discord), keys to be fetched (Google Chat), and unsigned
//! handshakes and nested batches (Meta).

mod discord;
mod google_chat;
mod meta;
mod salesforce;
mod twilio;

use serde_json::{Value, json};
use switchboard_core::event::Origin;
use switchboard_core::{Adapter, Delivery, Event, Timestamp, registrations};

/// 2025-11-24T16:00:00Z.
const NOW: i64 = 1_764_000_000;

/// The adapter `name` with `options`, built as the host builds it.
fn build(name: &str, options: &Value) -> Box<dyn Adapter> {
    registrations()
        .into_iter()
        .find(|registration| registration.descriptor.name == name)
        .expect("the adapter is registered")
        .build(options)
        .expect("the options are the adapter's")
}

/// The events of `delivery`, stamped as the pipeline stamps them.
fn events(adapter: &dyn Adapter, delivery: &Delivery) -> Vec<Event> {
    let origin = Origin {
        adapter: adapter.descriptor(),
        endpoint: "test",
        account: None,
        scheme: "test",
        delivery: "1-1",
        recorded: Timestamp::UNIX_EPOCH,
    };
    let drafts = adapter.decode(delivery).expect("the delivery decodes");
    drafts
        .into_iter()
        .enumerate()
        .map(|(position, draft)| Event::stamp(draft, &origin, position))
        .collect()
}

fn options_of(name: &str) -> Value {
    match name {
        "google-chat" => json!({"audience": "1234567890"}),
        _ => json!({}),
    }
}

#[test]
fn all_are_registered_in_the_order_of_their_names() {
    let names: Vec<_> = registrations()
        .into_iter()
        .map(|registration| registration.descriptor.name)
        .collect();

    assert_eq!(
        names,
        ["discord", "google-chat", "meta", "salesforce", "twilio"]
    );
}

#[test]
fn options_are_read_strictly() {
    for registration in registrations() {
        let mut options = options_of(registration.descriptor.name);
        assert!(registration.build(&options).is_ok());

        options["colour"] = json!("red");
        let error = registration.build(&options).unwrap_err().to_string();
        assert!(error.contains("unknown field `colour`"), "{error}");
    }
    let google_chat = registrations()[1].build(&json!({}));
    let error = google_chat.unwrap_err().to_string();
    assert!(error.contains("missing field `audience`"), "{error}");
}

#[test]
fn decoding_again_gives_the_same_drafts() {
    for registration in registrations() {
        let adapter = build(
            registration.descriptor.name,
            &options_of(registration.descriptor.name),
        );
        for sample in registration.descriptor.samples {
            let delivery = sample.delivery();
            let drafts = adapter.decode(&delivery).expect(sample.name);
            assert_eq!(drafts, adapter.decode(&delivery).expect(sample.name));
            assert!(!drafts.is_empty(), "{}", sample.name);
        }
    }
}
