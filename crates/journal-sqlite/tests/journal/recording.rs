//! What deliveries were decoded to.

use switchboard_core::journal::{
    Decoded, EventFilter, Journal as _, LogPosition, Tally, Undecoded, UndecodedCause,
    UndecodedFilter,
};

use crate::support::{Place, append, event, event_at, record};

fn undecoded(position: u64, cause: UndecodedCause) -> Decoded {
    Decoded::new(
        LogPosition(position),
        Err(Undecoded {
            cause,
            reason: "missing field `id`".into(),
        }),
    )
}

#[tokio::test]
async fn an_event_is_kept_once() {
    let place = Place::new();
    let journal = place.open();

    let first = record(&journal, &["a", "b", "a"]).await;
    drop(journal);
    let journal = place.open();
    let second = record(&journal, &["b", "c"]).await;

    let tally = |events, duplicates| Tally {
        events,
        duplicates,
        undecoded: 0,
    };
    assert_eq!(first, tally(2, 1));
    assert_eq!(second, tally(1, 1));
    let counters = place.read().counters().unwrap();
    assert_eq!((counters.events, counters.duplicates), (3, 2));
}

#[tokio::test]
async fn the_same_id_of_another_source_is_another_event() {
    let place = Place::new();
    let journal = place.open();
    let position = append(&journal, "").await;
    let decoded = Decoded::new(
        position,
        Ok(vec![event_at("support", "a"), event_at("sales", "a")]),
    );

    let tally = journal.record(&[decoded]).await.unwrap();

    assert_eq!((tally.events, tally.duplicates), (2, 0));
    let found = place.read().event(&event("a").id).unwrap();
    let sources = found
        .iter()
        .map(|found| found.envelope.event().source.as_str());
    assert_eq!(
        sources.collect::<Vec<_>>(),
        ["/acme/support", "/acme/sales"]
    );
}

#[tokio::test]
async fn an_undecoded_delivery_can_be_decoded_later() {
    let place = Place::new();
    let journal = place.open();
    for _ in 0..3 {
        append(&journal, "").await;
    }
    let ping = Decoded::new(LogPosition(3), Ok(Vec::new()));
    let batch = [
        undecoded(1, UndecodedCause::Unreadable),
        undecoded(2, UndecodedCause::Panicked),
        ping,
    ];

    let tally = journal.record(&batch).await.unwrap();

    assert_eq!((tally.events, tally.undecoded), (0, 2));
    let reader = place.read();
    let counters = reader.counters().unwrap();
    assert_eq!((counters.decoded, counters.undecoded), (1, 2));
    let left = reader.undecoded(&UndecodedFilter::last(1)).unwrap();
    assert_eq!(left[0].position, LogPosition(2));
    assert_eq!(left[0].undecoded.cause, UndecodedCause::Panicked);

    let better = Decoded::new(LogPosition(1), Ok(vec![event("a")]));
    journal.record(std::slice::from_ref(&better)).await.unwrap();
    let again = journal.record(&[better]).await.unwrap();

    assert_eq!((again.events, again.duplicates), (0, 1));
    let counters = reader.counters().unwrap();
    assert_eq!((counters.decoded, counters.undecoded), (2, 1));
    assert_eq!(counters.waiting(), 0);
    assert_eq!(
        reader.undecoded(&UndecodedFilter::last(10)).unwrap().len(),
        1
    );
    assert_eq!(reader.events(&EventFilter::last(9)).unwrap().len(), 1);
}
