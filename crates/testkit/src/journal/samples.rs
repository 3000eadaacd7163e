//! Deliveries, events and moments to check journals with.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use switchboard_core::event::Origin;
use switchboard_core::journal::{Intake, Undecoded, UndecodedCause};
use switchboard_core::{DedupKey, Delivery, Descriptor, Draft, Event, Timestamp, Verified};

const ADAPTER: Descriptor = Descriptor::new("acme", "Acme");

/// The moment `seconds` after the suite's noon.
pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::UNIX_EPOCH.plus(Duration::from_secs(1_764_000_000 + seconds))
}

/// A delivery of `body` on its way in.
pub(super) fn intake(body: impl Into<Bytes>) -> Intake {
    let mut delivery = Delivery::post(body);
    delivery.received_at = at(0);
    Intake {
        endpoint: "support".into(),
        adapter: ADAPTER.name.into(),
        delivery,
        verified: Verified::new("hmac-sha1"),
    }
}

/// Deliveries that a careless journal does not give back as they came, by what is odd about them.
pub(super) fn odd_intakes() -> Vec<(&'static str, Intake)> {
    let mut full = intake("full");
    full.endpoint = "поддержка".into();
    full.delivery = full
        .delivery
        .to("https://hooks.example.com/in/support/?a=1&a=2&b=%20%ff");
    full.delivery.method = Method::from_bytes(b"REPORT").expect("it is a token");
    full.delivery.received_at = at(0).plus(Duration::from_micros(123_456));
    full.delivery.peer = Some("2001:db8::1".parse().expect("it is an address"));
    full.verified = full.verified.at(at(1)).account("a/1");
    full.verified.secret = Some("2026".into());

    let mut headers = intake("headers");
    headers.delivery = headers
        .delivery
        .with("x-twice", "b")
        .with("accept", "*/*")
        .with("x-twice", "a")
        .with("x-twice", "a")
        .with("x-empty", "");
    let latin = HeaderValue::from_bytes(b"caf\xe9 \xff").expect("it is opaque, and legal");
    headers
        .delivery
        .headers
        .append(HeaderName::from_static("x-latin"), latin);

    let all_bytes: Vec<u8> = (0..=u8::MAX).collect();
    // Neither constant nor periodic in any power of two, so that no page is like another.
    let large: Vec<u8> = (0..1_u32 << 20).map(|i| (i % 251) as u8).collect();
    vec![
        ("every part set", full),
        ("repeated, empty and non-UTF-8 headers", headers),
        ("an empty body", intake("")),
        ("NUL bytes", intake(vec![0; 1024])),
        ("every byte", intake(all_bytes)),
        ("a body of one MiB", intake(large)),
    ]
}

/// The event of `key`, of the endpoint `support`.
pub(super) fn event(key: &str) -> Event {
    event_of("support", key)
}

/// The event of `key` that says `payload`.
pub(super) fn event_with(key: &str, payload: Value) -> Event {
    stamped("support", key, payload)
}

/// The event of `key`, of `endpoint` and so of a source of its own.
pub(super) fn event_of(endpoint: &str, key: &str) -> Event {
    stamped(endpoint, key, json!({"text": "hé"}))
}

fn stamped(endpoint: &str, key: &str, payload: Value) -> Event {
    let draft = Draft::unknown("sample", payload, DedupKey::provider([key]));
    let origin = Origin {
        adapter: &ADAPTER,
        endpoint,
        account: None,
        scheme: "hmac-sha1",
        delivery: "d-1",
        recorded: at(0),
    };
    Event::stamp(draft, &origin, 0)
}

/// The events of `keys`.
pub(super) fn events<K: AsRef<str>>(keys: impl IntoIterator<Item = K>) -> Vec<Event> {
    keys.into_iter().map(|key| event(key.as_ref())).collect()
}

/// The key that an event was made of.
pub(super) fn key(event: &Event) -> String {
    let (_kind, key) = event.id.split_once(':').unwrap_or_default();
    key.to_owned()
}

/// Why a delivery has no events yet.
pub(super) fn undecoded() -> Undecoded {
    Undecoded {
        cause: UndecodedCause::Unreadable,
        reason: "missing field `id`".into(),
    }
}

/// The event of `key` in `lane`.
pub(super) fn laned(lane: &str, key: &str) -> Event {
    let mut event = event(key);
    event.partitionkey = lane.to_owned();
    event
}
