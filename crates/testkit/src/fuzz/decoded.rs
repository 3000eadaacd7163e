//! What holds of the events of any delivery.

use std::collections::HashMap;

use serde_json::Value;
use switchboard_core::event::Origin;
use switchboard_core::sink::Envelope;
use switchboard_core::{Adapter, DedupKey, Delivery, Event, redact};

/// The deepest data that the pipeline lets through: deeper JSON cannot be read back.
const DEEPEST: usize = 100;

/// Checks that decoding is pure, and that every event is whole.
pub(super) fn check(adapter: &dyn Adapter, delivery: &Delivery) {
    let decoded = adapter.decode(delivery);
    assert_eq!(decoded, adapter.decode(delivery), "decoded twice");

    let origin = Origin {
        adapter: adapter.descriptor(),
        endpoint: "support",
        account: None,
        scheme: "fuzzed",
        delivery: "delivery",
        recorded: delivery.received_at,
    };
    let mut told = HashMap::new();
    let drafts = decoded.unwrap_or_default().into_iter().enumerate();
    for (position, draft) in drafts {
        let (key, data) = (draft.key.clone(), draft.data.clone());
        let event = Event::stamp(draft, &origin, position);
        is_identified(&event);
        is_redacted(&event.data, &adapter.redact());
        is_readable(&event);
        let id = event.id.clone();
        let earlier = told.insert((event.source, event.id), data.clone());
        // The second one of an id is dropped as a repetition. The provider's own ids are its word
        // that it is one; a hash of ours must be of everything that is told.
        let is_repeated = matches!(key, DedupKey::Provider(_)) || earlier == Some(data);
        assert!(earlier.is_none() || is_repeated, "`{id}` of two things");
    }
}

/// An id goes into a header and a URL.
fn is_identified(event: &Event) {
    let is_plain = event.id.bytes().all(|byte| byte.is_ascii_graphic());
    assert!(is_plain && !event.id.is_empty(), "the id `{}`", event.id);
}

fn is_redacted(data: &Value, entries: &[&str]) {
    let is_left = redact::value(&mut data.clone(), entries);
    assert!(!is_left, "one of {entries:?} is in an event");
}

/// On one line, and the same event when it is read back, typed data and all.
fn is_readable(event: &Event) {
    if depth(&event.data) > DEEPEST {
        return;
    }
    let json = Envelope::new(event.clone()).json().clone();
    assert!(!json.contains(&b'\n'), "an event of two lines");
    let read = Envelope::read(json).expect("an event is read back");
    assert_eq!(read.event(), event, "another event is read back");
    event.read().expect("an event has the data of its kind");
}

/// How many lists and objects `value` has within each other.
fn depth(value: &Value) -> usize {
    let deepest = |children: &mut dyn Iterator<Item = &Value>| children.map(depth).max();
    match value {
        Value::Array(values) => 1 + deepest(&mut values.iter()).unwrap_or(0),
        Value::Object(entries) => 1 + deepest(&mut entries.values()).unwrap_or(0),
        _ => 0,
    }
}
