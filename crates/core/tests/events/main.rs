//! The event model: the typed structs, the published schemas and the page in `docs/` say the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod agreement;
mod asking;
mod minimal;
mod page;
mod reading;
mod sealed;
mod subjects;

use serde_json::Value;
use switchboard_core::event::{DedupKey, Origin};
use switchboard_core::{Data, Descriptor, Draft, Event, Timestamp};

const ADAPTER: Descriptor = Descriptor::new("acme", "Acme");

/// Where an event of `adapter` comes from.
fn origin(adapter: &'static Descriptor) -> Origin<'static> {
    Origin {
        adapter,
        endpoint: "support",
        account: Some("1"),
        scheme: "hmac-sha256",
        delivery: "01JDFXM2Z0",
        recorded: Timestamp::from_seconds(1_764_000_001).unwrap(),
    }
}

/// The event that `data` becomes.
fn stamped(data: Data) -> Event {
    let draft = Draft::new(data, DedupKey::provider(["8f3a"]));
    Event::stamp(draft, &origin(&ADAPTER), 0)
}

/// The data of the event that `data` becomes.
fn json(data: Data) -> Value {
    stamped(data).data
}
