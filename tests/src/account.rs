//! The account that is taken after a fault: what was promised, what is stored, what came out.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;
use switchboard::core::journal::{LogPosition, SinkCounters};
use switchboard::journal_sqlite::SqliteReader;

use crate::receiver::Receiver;
use crate::site::Site;
use crate::watch::lines_until;

/// The body of every delivery in the journal, by the id of its message.
///
/// # Panics
///
/// When the journal cannot be read or has gaps.
pub fn stored(site: &Site) -> BTreeMap<String, Bytes> {
    let mut reader = SqliteReader::open(site.journal()).expect("the journal can be read");
    let count = reader.counters().expect("the journal can be read").stored;
    (1..=count)
        .map(|position| {
            let stored = reader
                .delivery(LogPosition(position))
                .expect("the journal can be read");
            let body = stored.expect("positions have no gaps").intake.delivery.body;
            let hook: Value = serde_json::from_slice(&body).expect("every body is JSON");
            (text(&hook["message"]["message"]["id"]), body)
        })
        .collect()
}

/// The acked deliveries that are not there.
pub fn lost(acked: &BTreeMap<String, Bytes>, stored: &BTreeMap<String, Bytes>) -> Vec<String> {
    acked
        .keys()
        .filter(|id| !stored.contains_key(*id))
        .cloned()
        .collect()
}

/// The acked deliveries that are there with other bytes.
pub fn altered(acked: &BTreeMap<String, Bytes>, stored: &BTreeMap<String, Bytes>) -> Vec<String> {
    let differs = |(id, body): &(&String, &Bytes)| stored.get(*id).is_some_and(|b| b != *body);
    acked
        .iter()
        .filter(differs)
        .map(|(id, _)| id.clone())
        .collect()
}

/// How often each message came out of the file sink, once `count` different ones have.
///
/// # Panics
///
/// When the file is not there.
pub fn delivered(site: &Site, count: usize) -> BTreeMap<String, usize> {
    let mut delivered = BTreeMap::new();
    if count == 0 {
        return delivered;
    }
    lines_until(&site.events(), |line| {
        // A kill may tear a line; its event comes again on a line of its own.
        if let Ok(event) = serde_json::from_str::<Value>(line) {
            *delivered
                .entry(text(&event["data"]["message"]["id"]))
                .or_default() += 1;
        }
        delivered.len() == count
    });
    delivered
}

fn text(id: &Value) -> String {
    id.as_str().expect("an id is a text").to_owned()
}

/// What became of the events at `sink`, as the journal counts it.
///
/// # Panics
///
/// When the journal cannot be read or does not know the sink.
pub fn counted(site: &Site, sink: &str) -> SinkCounters {
    let reader = SqliteReader::open(site.journal()).expect("the journal can be read");
    let counters = reader.counters().expect("the journal can be read");
    let counted = counters.sinks.into_iter().find(|one| one.name == sink);
    counted.expect("the sink is known")
}

/// Events that the journal counts as delivered to `sink`, and that `receiver` never took.
pub fn missing(site: &Site, sink: &str, receiver: &Receiver) -> u64 {
    let taken = receiver.times().len() as u64;
    counted(site, sink).delivered.saturating_sub(taken)
}

/// Checks that every counter of the journal is what there is, and that they balance.
///
/// # Panics
///
/// When one is not, or the journal cannot be read.
pub fn balanced(site: &Site) {
    let reader = SqliteReader::open(site.journal()).expect("the journal can be read");
    let mut found = reader.check().expect("the journal can be read");
    found.retain(|finding| finding.is_fault());
    assert!(found.is_empty(), "{found:?}");
}

/// Checks that nothing is pending, dead or missing: `receiver` took all `events`, and all balances.
///
/// # Panics
///
/// When it did not.
pub fn all_delivered(site: &Site, sink: &str, receiver: &Receiver, events: usize) {
    balanced(site);
    let counted = counted(site, sink);
    let fates = (counted.delivered, counted.pending, counted.dead);
    assert_eq!(
        fates,
        (events as u64, 0, 0),
        "delivered, pending, dead at {sink}"
    );
    assert_eq!(receiver.times().len(), events, "taken by {sink}");
}
