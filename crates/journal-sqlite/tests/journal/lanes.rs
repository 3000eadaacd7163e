//! Lanes, where the suite cannot see the difference.

use std::sync::Arc;

use switchboard_core::journal::{
    ClaimRequest, Decoded, Journal as _, Order, Records as _, Settlement, Verdict,
};
use switchboard_core::{Event, Filter};
use switchboard_journal_sqlite::SqliteJournal;

use crate::support::{OWNER, Place, SINK, append, event, event_at, moment, positions, request};

const LANES: Order = Order::Lanes {
    wait_for_dead: false,
};
const HELD: &str = "SELECT count(*) FROM retry WHERE due = 9223372036854775807";

async fn record(journal: &SqliteJournal, events: Vec<Event>) {
    let decoded = Decoded::new(append(journal, "").await, Ok(events));
    journal.record(&[decoded]).await.unwrap();
}

fn in_lane(lane: &str, mut event: Event) -> Event {
    event.partitionkey = lane.to_owned();
    event
}

async fn claim(journal: &SqliteJournal, filter: &Arc<Filter>, seconds: i64) -> Vec<u64> {
    let ordered = ClaimRequest {
        order: LANES,
        filter,
        ..request(moment(seconds))
    };
    positions(&journal.claim(&ordered).await.unwrap())
}

async fn settle(journal: &SqliteJournal, events: &[u64], verdict: Verdict) {
    let settle = |&event: &u64| Settlement {
        position: switchboard_core::journal::EventPosition(event),
        verdict: verdict.clone(),
        attempt: None,
    };
    let settlements: Vec<_> = events.iter().map(settle).collect();
    journal.settle(SINK, OWNER, &settlements).await.unwrap();
}

/// A lane of so many events, the first of which came in by another endpoint.
async fn with_a_long_lane(journal: &SqliteJournal, length: usize) {
    journal.subscribe(SINK).await.unwrap();
    let rest = (1..length).map(|key| in_lane("x", event(&key.to_string())));
    let first = in_lane("x", event_at("other", "first"));
    record(journal, [first].into_iter().chain(rest).collect()).await;
}

#[tokio::test]
async fn a_lane_in_flight_keeps_few_events_in_memory_and_holds_the_others() {
    let place = Place::new();
    let journal = place.open();
    with_a_long_lane(&journal, 1100).await;
    let all = Arc::default();

    assert_eq!(claim(&journal, &all, 0).await, [1]);
    assert_eq!(claim(&journal, &all, 0).await, [0_u64; 0]);

    assert_eq!(
        place.count("index.db", HELD),
        1023,
        "twice 512, and all but the first"
    );
    let sink = place.read().counters().unwrap().sinks.remove(0);
    assert_eq!((sink.pending, sink.retrying), (1100, 1024));
    for event in 1..=1100 {
        settle(&journal, &[event], Verdict::Delivered).await;
        let next: Vec<u64> = (event < 1100).then_some(event + 1).into_iter().collect();
        assert_eq!(claim(&journal, &all, 0).await, next);
    }
}

#[tokio::test]
async fn what_is_held_is_let_go_when_the_one_before_it_is_no_longer_wanted() {
    let place = Place::new();
    let journal = place.open();
    with_a_long_lane(&journal, 600).await;
    assert_eq!(claim(&journal, &Arc::default(), 0).await, [1]);
    assert_eq!(place.count("index.db", HELD), 511, "all but the first");
    drop(journal);
    let mut filter = Filter::default();
    filter.endpoints = Some(["support".to_owned()].into());
    let filter = Arc::new(filter);

    let journal = place.open();

    assert_eq!(claim(&journal, &filter, 0).await, [2]);
    settle(&journal, &[2], Verdict::Delivered).await;
    assert_eq!(claim(&journal, &filter, 0).await, [3]);
}

#[tokio::test]
async fn what_is_due_waits_for_those_before_it_that_nobody_has_looked_at() {
    let place = Place::new();
    let journal = place.open();
    journal.subscribe(SINK).await.unwrap();
    let lanes = [("y", "1"), ("x", "2"), ("x", "3")];
    let events = lanes.map(|(lane, key)| in_lane(lane, event(key)));
    record(&journal, events.to_vec()).await;
    journal.claim(&request(moment(0))).await.unwrap();
    settle(&journal, &[3], Verdict::Retry(moment(60))).await;
    drop(journal);

    let journal = place.open();

    let all = Arc::default();
    assert_eq!(claim(&journal, &all, 60).await, [1, 2]);
    assert_eq!(claim(&journal, &all, 60).await, [0_u64; 0]);
    settle(&journal, &[2], Verdict::Delivered).await;
    assert_eq!(claim(&journal, &all, 60).await, [3]);
}

#[tokio::test]
async fn nothing_is_written_for_an_event_that_waits_for_a_claim() {
    let place = Place::new();
    let journal = place.open();
    with_a_long_lane(&journal, 100).await;
    let all = Arc::default();

    for event in 1..=100 {
        assert_eq!(claim(&journal, &all, 0).await, [event]);
        settle(&journal, &[event], Verdict::Delivered).await;
        assert_eq!(place.count("index.db", "SELECT count(*) FROM retry"), 0);
    }
}

#[tokio::test]
async fn what_waits_for_a_retry_is_held_with_it() {
    let place = Place::new();
    let journal = place.open();
    with_a_long_lane(&journal, 10).await;
    let all = Arc::default();
    assert_eq!(claim(&journal, &all, 0).await, [1]);

    settle(&journal, &[1], Verdict::Retry(moment(60))).await;

    assert_eq!(place.count("index.db", HELD), 9);
    // The sink is done with looking at them, and a crash forgets nothing.
    let position = "SELECT position FROM sink";
    assert_eq!(place.count("index.db", position), 10);
    drop(journal);
    let journal = place.open();
    assert_eq!(claim(&journal, &all, 59).await, [0_u64; 0]);
    assert_eq!(claim(&journal, &all, 60).await, [1]);
}

/// Two rows of a lane, the second held for the first, and behind them a claim that was made while no
/// order was kept, whose lease runs out.
#[tokio::test]
async fn a_claim_that_ran_out_holds_back_none_before_it() {
    for is_row in [false, true] {
        let place = Place::new();
        let journal = place.open();
        with_a_long_lane(&journal, 3).await;
        let all = Arc::default();
        let unordered = journal.claim(&request(moment(0))).await.unwrap();
        assert_eq!(positions(&unordered), [1, 2, 3]);
        settle(&journal, &[1], Verdict::Retry(moment(20))).await;
        settle(&journal, &[2], Verdict::Retry(moment(10))).await;
        if is_row {
            settle(&journal, &[3], Verdict::Retry(moment(0))).await;
            let again = journal.claim(&request(moment(0))).await.unwrap();
            assert_eq!(positions(&again), [3]);
        }

        assert_eq!(claim(&journal, &all, 100).await, [1]);
        // A clock that is set back makes a lease run again.
        assert_eq!(claim(&journal, &all, 15).await, [0_u64; 0]);
        settle(&journal, &[1], Verdict::Delivered).await;

        for event in [2, 3] {
            assert_eq!(claim(&journal, &all, 100).await, [event]);
            settle(&journal, &[event], Verdict::Delivered).await;
        }
    }
}

#[tokio::test]
async fn a_crash_forgets_no_more_than_a_few_events_that_were_passed_over() {
    let place = Place::new();
    let journal = place.open();
    journal.subscribe(SINK).await.unwrap();
    let others = (0..5000).map(|key| event_at("other", &key.to_string()));
    record(&journal, others.collect()).await;
    let mut filter = Filter::default();
    filter.endpoints = Some(["support".to_owned()].into());

    assert_eq!(claim(&journal, &Arc::new(filter), 0).await, [0_u64; 0]);

    let written = place.read().counters().unwrap().sinks.remove(0);
    assert_eq!((written.unmatched, written.pending), (4096, 904));
    // Whoever has it open is told of all.
    let known = journal.counters().await.unwrap().sinks.remove(0);
    assert_eq!((known.unmatched, known.pending), (5000, 0));
    assert_eq!((known.oldest, written.oldest), (None, Some(moment(0))));
    // Whatever is committed next takes the rest with it.
    record(&journal, vec![event("wanted")]).await;
    let written = place.read().counters().unwrap().sinks.remove(0);
    assert_eq!((written.unmatched, written.pending), (5000, 1));
}
