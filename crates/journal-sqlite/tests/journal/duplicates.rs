//! Deliveries that tell of an event again.

use switchboard_core::journal::{Decoded, EventRecord, Journal as _, LogPosition, Tally};

use crate::support::{Place, append, event, record};

fn found(place: &Place, key: &str) -> EventRecord {
    place.read().event(&event(key).id).unwrap().remove(0)
}

#[tokio::test]
async fn every_other_delivery_is_counted_and_the_first_few_are_linked() {
    let place = Place::new();
    let journal = place.open();
    // Twice in one delivery is no other delivery.
    record(&journal, &["a", "a"]).await;
    assert_eq!(found(&place, "a").duplicates, 0);

    for _ in 0..40 {
        record(&journal, &["a", "a"]).await;
    }

    let record = found(&place, "a");
    assert_eq!(record.delivery, LogPosition(1));
    assert_eq!(record.duplicates, 40);
    let linked: Vec<_> = (2..18).map(LogPosition).collect();
    assert_eq!(record.repeated_by, linked);
    let counters = place.read().counters().unwrap();
    assert_eq!((counters.events, counters.duplicates), (1, 81));
}

#[tokio::test]
async fn a_delivery_that_is_recorded_anew_is_no_other() {
    let place = Place::new();
    let journal = place.open();
    record(&journal, &["a"]).await;
    record(&journal, &["a"]).await;
    record(&journal, &["a"]).await;

    for delivery in [1, 2, 3, 2] {
        let again = Decoded::new(LogPosition(delivery), Ok(vec![event("a")]));
        journal.record(&[again]).await.unwrap();
    }

    assert_eq!(found(&place, "a").duplicates, 2);
}

#[tokio::test]
async fn a_storm_of_copies_grows_the_index_by_nothing() {
    const PAGES: &str = "SELECT page_count FROM pragma_page_count";
    let place = Place::new();
    let journal = place.open();
    for _ in 0..20 {
        record(&journal, &["a"]).await;
    }
    let before = place.count("index.db", PAGES);

    // Many drafts each, so that few commits do.
    let copies = vec![event("a"); 100];
    for _ in 0..100 {
        let storm = Decoded::new(append(&journal, "").await, Ok(copies.clone()));
        journal.record(&[storm]).await.unwrap();
    }

    assert_eq!(place.count("index.db", PAGES), before);
    assert_eq!(found(&place, "a").duplicates, 119);
    assert_eq!(place.read().counters().unwrap().duplicates, 10_019);
}

/// More events than two generations have.
const MANY: usize = 9_000;

#[tokio::test]
async fn an_event_is_recognised_however_many_came_since() {
    let place = Place::new();
    let journal = place.open();
    let keys: Vec<String> = (0..MANY).map(|key| key.to_string()).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(record(&journal, &keys).await.events, MANY as u64);
    // The first and the last, and one of each stretch.
    let again: Vec<&str> = (300..MANY)
        .step_by(512)
        .chain([0, MANY - 1])
        .map(|key| keys[key])
        .collect();
    let repeated = Tally {
        duplicates: again.len() as u64,
        ..Tally::default()
    };

    assert_eq!(record(&journal, &again).await, repeated);
    drop(journal);
    assert_eq!(place.count("index.db", "SELECT count(*) FROM filter"), 2);
    let journal = place.open();
    assert_eq!(record(&journal, &again).await, repeated);
    drop(journal);
    // What was lost of them is made again.
    let index = rusqlite::Connection::open(place.path().join("index.db")).unwrap();
    let spoilt = index.execute("UPDATE filter SET bits = x'00'", ());
    assert_eq!(spoilt.unwrap(), 2);
    drop(index);
    let journal = place.open();
    assert_eq!(record(&journal, &again).await, repeated);
    assert_eq!(record(&journal, &["new"]).await.events, 1);

    for key in again {
        assert_eq!(found(&place, key).duplicates, 3);
    }
}
