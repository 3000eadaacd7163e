//! Looking into a journal from outside.

use switchboard_core::journal::{
    Decoded, EventFilter, EventPosition, Journal as _, LogPosition, Verdict,
};

use crate::support::{Place, append, claim, event, event_at, moment, record, settle, with_events};

fn listed(reader: &switchboard_journal_sqlite::SqliteReader, filter: &EventFilter) -> Vec<u64> {
    let events = reader.events(filter).unwrap();
    events.into_iter().map(|event| event.position.0).collect()
}

#[tokio::test]
async fn events_are_listed_by_position_kind_and_endpoint() {
    let place = Place::new();
    let journal = place.open();
    record(&journal, &["a", "b", "c", "d"]).await;
    let reader = place.read();
    let last = EventFilter::last(2);

    assert_eq!(listed(&reader, &last), [3, 4]);
    let before = EventFilter {
        before: Some(EventPosition(4)),
        ..last.clone()
    };
    assert_eq!(listed(&reader, &before), [2, 3]);
    let after = EventFilter {
        after: Some(EventPosition(1)),
        ..last.clone()
    };
    assert_eq!(listed(&reader, &after), [2, 3]);
    for (kind, endpoint, count) in [
        ("provider.*", "support", 2),
        ("provider.event", "support", 2),
        ("message.*", "support", 0),
        ("*", "sales", 0),
    ] {
        let filter = EventFilter {
            kind: Some(kind.parse().unwrap()),
            endpoint: Some(endpoint.into()),
            ..last.clone()
        };
        assert_eq!(listed(&reader, &filter).len(), count, "{kind} {endpoint}");
    }
    // All were received at the same moment.
    for (since, until, count) in [(0, 1, 2), (1, 2, 0), (-1, 0, 0)] {
        let filter = EventFilter {
            since: Some(moment(since)),
            until: Some(moment(until)),
            ..last.clone()
        };
        assert_eq!(listed(&reader, &filter).len(), count, "{since} {until}");
    }
}

#[tokio::test]
async fn an_event_is_found_by_its_id() {
    let place = Place::new();
    let journal = place.open();
    record(&journal, &["a", "b"]).await;
    let reader = place.read();

    let found = reader.event("provider.event:b").unwrap();

    assert_eq!(found.len(), 1);
    assert_eq!(found[0].position, EventPosition(2));
    assert_eq!(found[0].delivery, LogPosition(1));
    assert_eq!(*found[0].envelope.event(), event("b"));
    assert!(reader.event("provider.event:c").unwrap().is_empty());
}

#[tokio::test]
async fn a_reader_sees_what_is_committed_meanwhile() {
    let place = Place::new();
    let journal = place.open();
    let mut reader = place.read();
    assert_eq!(reader.counters().unwrap().stored, 0);

    let position = append(&journal, "body").await;

    assert_eq!(reader.counters().unwrap().stored, 1);
    assert_eq!(reader.counters().unwrap().waiting(), 1);
    let stored = reader.delivery(position).unwrap().unwrap();
    assert_eq!(stored.intake.delivery.body, "body");
    assert!(reader.delivery(LogPosition(2)).unwrap().is_none());
    assert!(reader.delivery(LogPosition(0)).unwrap().is_none());
    assert!(reader.delivery(LogPosition(u64::MAX)).unwrap().is_none());
}

#[tokio::test]
async fn a_journal_is_read_when_nothing_runs() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 2).await;
    journal.close().await.unwrap();
    drop(journal);

    let reader = place.read();
    assert_eq!(reader.counters().unwrap().events, 2);

    // A reader that stays is in nobody's way.
    let journal = place.open();
    claim(&journal, moment(0), 1).await;
    settle(&journal, 1, Verdict::Delivered).await;
    journal.close().await.unwrap();
    assert_eq!(reader.counters().unwrap().sinks[0].delivered, 1);
}

#[tokio::test]
async fn an_id_is_found_at_every_source_that_has_it_however_far_apart() {
    let place = Place::new();
    let journal = place.open();
    let filler = |from: usize, to: usize| (from..to).map(|key| event(&key.to_string()));
    let one = |endpoint| std::iter::once(event_at(endpoint, "a"));
    // In the same stretch, in others of the same generation, and in another.
    let events = one("support")
        .chain(one("sales"))
        .chain(filler(0, 600))
        .chain(one("billing"))
        .chain(filler(600, 4_000))
        .chain(one("returns"))
        .chain(filler(4_000, 5_000))
        .chain(one("press"));
    let decoded = Decoded::new(append(&journal, "").await, Ok(events.collect()));

    journal.record(&[decoded]).await.unwrap();

    let found = place.read().event(&event("a").id).unwrap();
    let positions = found.iter().map(|found| found.position.0);
    assert_eq!(positions.collect::<Vec<_>>(), [1, 2, 603, 4_004, 5_005]);
}
