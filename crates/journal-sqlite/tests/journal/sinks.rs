//! Claims and settlements.

use std::time::Duration;

use switchboard_core::journal::{
    Attempt, Cause, DeadFilter, Decoded, EventFilter, EventPosition, Journal as _,
    MAX_ANSWER_BYTES, Settlement, Verdict,
};

use crate::support::{
    LEASE, OWNER, Place, SINK, append, claim, claim_as, deep_event, event, fail, moment, positions,
    record, settle, settle_as, with_events,
};

#[tokio::test]
async fn a_new_sink_begins_at_the_end() {
    let place = Place::new();
    let journal = place.open();
    record(&journal, &["before"]).await;
    journal.subscribe(SINK).await.unwrap();
    record(&journal, &["after"]).await;
    journal.subscribe(SINK).await.unwrap();

    let claims = claim(&journal, moment(0), 10).await;

    assert_eq!(positions(&claims), [2]);
    assert_eq!(claims.head, EventPosition(2));
    assert_eq!(claims.next_due, None);
    assert_eq!(claims.claims[0].attempts, 0);
    assert_eq!(claims.claims[0].envelope.event().id, "provider.event:after");
}

#[tokio::test]
async fn a_sink_that_nobody_knows_has_nothing() {
    let place = Place::new();
    let journal = place.open();
    record(&journal, &["a"]).await;

    assert!(claim(&journal, moment(0), 10).await.claims.is_empty());
    settle(&journal, 1, Verdict::Delivered).await;
}

#[tokio::test]
async fn an_event_is_claimed_once_until_the_lease_ends() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 3).await;

    assert_eq!(positions(&claim(&journal, moment(0), 2).await), [1, 2]);
    assert_eq!(
        positions(&claim_as(&journal, "other", moment(0), 10).await),
        [3]
    );
    assert!(claim(&journal, moment(1), 10).await.claims.is_empty());
    settle(&journal, 1, Verdict::Delivered).await;

    let later = moment(0).plus(LEASE);
    assert_eq!(
        positions(&claim_as(&journal, "other", later, 10).await),
        [2, 3]
    );
}

#[tokio::test]
async fn only_the_owner_settles() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 1).await;
    claim(&journal, moment(0), 1).await;

    settle_as(&journal, "other", 1, Verdict::Delivered).await;
    let later = moment(0).plus(LEASE);
    assert_eq!(positions(&claim_as(&journal, "other", later, 1).await), [1]);
    settle_as(&journal, OWNER, 1, Verdict::Dead(Cause::Exhausted)).await;
    settle_as(&journal, "other", 1, Verdict::Delivered).await;
    settle_as(&journal, "other", 1, Verdict::Delivered).await;

    let sink = &place.read().counters().unwrap().sinks[0];
    assert_eq!((sink.delivered, sink.dead), (1, 0));
}

#[tokio::test]
async fn a_retry_comes_first_when_it_is_due() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 3).await;
    claim(&journal, moment(0), 2).await;
    fail(&journal, 1, moment(1), Verdict::Retry(moment(20))).await;
    fail(&journal, 2, moment(2), Verdict::Retry(moment(10))).await;

    let early = claim(&journal, moment(5), 10).await;
    let due = claim(&journal, moment(20), 1).await;
    let next = claim(&journal, moment(20), 1).await;

    assert_eq!(positions(&early), [3]);
    assert_eq!(early.next_due, Some(moment(10)));
    assert_eq!(positions(&due), [2]);
    assert_eq!(due.next_due, Some(moment(20)));
    assert_eq!(due.claims[0].attempts, 1);
    assert_eq!(due.claims[0].first_attempt, Some(moment(2)));
    assert_eq!(positions(&next), [1]);
    assert_eq!(next.next_due, None);
}

#[tokio::test]
async fn everything_is_where_it_was_after_a_restart() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 6).await;
    claim(&journal, moment(0), 5).await;
    settle(&journal, 1, Verdict::Delivered).await;
    fail(&journal, 2, moment(1), Verdict::Retry(moment(10))).await;
    settle(&journal, 2, Verdict::Delivered).await; // Not claimed: passed over.
    fail(&journal, 4, moment(2), Verdict::Dead(Cause::SinkRejected)).await;
    settle(&journal, 5, Verdict::Delivered).await;
    drop(journal);

    let journal = place.open();
    let claims = claim(&journal, moment(5), 10).await;
    assert_eq!(positions(&claims), [3, 6]);
    assert_eq!(claims.next_due, Some(moment(10)));
    let again = claim(&journal, moment(10), 10).await;
    assert_eq!(positions(&again), [2]);
    fail(&journal, 2, moment(11), Verdict::Dead(Cause::Exhausted)).await;
    drop(journal);

    let journal = place.open();
    assert_eq!(positions(&claim(&journal, moment(99), 10).await), [3, 6]);
    for event in [3, 6] {
        settle(&journal, event, Verdict::Delivered).await;
    }
    let reader = place.read();
    let sink = &reader.counters().unwrap().sinks[0];
    assert_eq!((sink.delivered, sink.unmatched, sink.dead), (4, 0, 2));
    assert_eq!((sink.pending, sink.retrying), (0, 0));
    let dead = reader.dead_letters(&DeadFilter::last(10)).unwrap();
    assert_eq!(dead[0].event, EventPosition(2));
    assert_eq!(dead[0].cause, Cause::Exhausted);
    assert_eq!(dead[0].at, moment(12));
    let at: Vec<_> = dead[0].attempts.iter().map(|attempt| attempt.at).collect();
    assert_eq!(at, [moment(1), moment(11)]);
    assert_eq!(dead[1].event, EventPosition(4));
}

#[tokio::test]
async fn an_event_that_cannot_be_read_back_is_a_dead_letter_and_the_others_flow() {
    let place = Place::new();
    let journal = place.open();
    journal.subscribe(SINK).await.unwrap();
    let position = append(&journal, "").await;
    let events = vec![deep_event("1"), deep_event("2"), event("3"), event("4")];
    let decoded = Decoded::new(position, Ok(events));
    journal.record(&[decoded]).await.unwrap();
    // What was just recorded need not be read back.
    drop(journal);
    let journal = place.open();

    // One at a time: the first claims find nothing that can be given.
    let claims = claim(&journal, moment(0), 1).await;
    assert_eq!(positions(&claims), [3]);
    drop(journal);
    let journal = place.open();
    assert_eq!(positions(&claim(&journal, moment(0), 9).await), [3, 4]);

    let reader = place.read();
    let dead = reader.dead_letters(&DeadFilter::last(10)).unwrap();
    let dead: Vec<_> = dead.iter().map(|dead| (dead.event.0, dead.cause)).collect();
    assert_eq!(dead, [(1, Cause::Unreadable), (2, Cause::Unreadable)]);
    assert_eq!(reader.counters().unwrap().sinks[0].dead, 2);
    let listed = reader.events(&EventFilter::last(2)).unwrap();
    let listed: Vec<_> = listed.iter().map(|listed| listed.position.0).collect();
    assert_eq!(listed, [3, 4]);
    assert_eq!(reader.events(&EventFilter::last(9)).unwrap().len(), 2);
}

#[tokio::test]
async fn every_attempt_is_kept_with_what_the_sink_answered() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 1).await;
    claim(&journal, moment(0), 1).await;
    let mut refused = Attempt::failed(moment(0), Duration::from_millis(7), "status 422");
    refused.status = Some(422);
    refused.answer = vec![b'x'; MAX_ANSWER_BYTES + 1].into();
    // At the same moment, as a coarse clock says.
    let silent = Attempt::failed(moment(0), Duration::from_secs(30), "no answer");
    for (attempt, verdict) in [
        (&refused, Verdict::Retry(moment(0))),
        (&silent, Verdict::Dead(Cause::Exhausted)),
    ] {
        let settlement = Settlement {
            position: EventPosition(1),
            verdict,
            attempt: Some(attempt.clone()),
        };
        journal.settle(SINK, OWNER, &[settlement]).await.unwrap();
        claim(&journal, moment(0), 1).await;
    }

    let letter = place
        .read()
        .dead_letters(&DeadFilter::last(1))
        .unwrap()
        .remove(0);

    refused.answer.truncate(MAX_ANSWER_BYTES);
    assert_eq!(letter.attempts, [refused, silent]);
    assert_eq!(letter.envelope.unwrap().event(), &event("1"));
}

#[tokio::test]
async fn dead_letters_are_listed_by_sink_and_cause() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 4).await;
    claim(&journal, moment(0), 9).await;
    for (event, cause) in [
        (1, Cause::Exhausted),
        (2, Cause::SinkRejected),
        (4, Cause::Exhausted),
    ] {
        fail(&journal, event, moment(0), Verdict::Dead(cause)).await;
    }
    let reader = place.read();
    let listed = |filter: DeadFilter| -> Vec<u64> {
        let letters = reader.dead_letters(&filter).unwrap();
        letters.iter().map(|letter| letter.event.0).collect()
    };

    let last = DeadFilter::last(2);
    assert_eq!(listed(last.clone()), [2, 4]);
    for (sink, expected) in [(SINK, &[2, 4][..]), ("other", &[])] {
        let sink = Some(sink.to_owned());
        assert_eq!(
            listed(DeadFilter {
                sink,
                ..last.clone()
            }),
            expected
        );
    }
    let cause = Some(Cause::Exhausted);
    assert_eq!(
        listed(DeadFilter {
            cause,
            ..last.clone()
        }),
        [1, 4]
    );
    let after = Some(EventPosition(1));
    assert_eq!(
        listed(DeadFilter {
            after,
            limit: 1,
            ..last
        }),
        [2]
    );
}

#[tokio::test]
async fn a_known_sink_is_subscribed_without_a_write() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 1).await;
    let rival = rusqlite::Connection::open(place.path().join("index.db")).unwrap();
    rival.execute_batch("BEGIN IMMEDIATE").unwrap();

    journal.subscribe(SINK).await.unwrap();

    assert_eq!(positions(&claim(&journal, moment(0), 9).await), [1]);
}

#[tokio::test]
async fn a_pause_spends_no_attempt() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 1).await;
    claim(&journal, moment(0), 1).await;

    settle(&journal, 1, Verdict::Retry(moment(5))).await;

    let claims = claim(&journal, moment(5), 1).await;
    assert_eq!(claims.claims[0].attempts, 0);
    assert_eq!(claims.claims[0].first_attempt, None);
}

#[tokio::test]
async fn a_crash_repeats_256_events_at_most() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 600).await;

    assert_eq!(claim(&journal, moment(0), 1000).await.claims.len(), 256);
    assert!(claim(&journal, moment(0), 1000).await.claims.is_empty());
    settle(&journal, 1, Verdict::Delivered).await;
    fail(&journal, 9, moment(0), Verdict::Retry(moment(5))).await;
    assert_eq!(
        positions(&claim(&journal, moment(0), 1000).await),
        [257, 258]
    );

    // Expired claims are taken over within the bound, not beside it.
    let later = moment(0).plus(LEASE + Duration::from_secs(1));
    let over = positions(&claim(&journal, later, 1000).await);
    assert_eq!(over.len(), 257);
    assert_eq!(over[..3], [9, 2, 3]);
}

#[tokio::test]
async fn one_slow_event_holds_no_other_back() {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 2000).await;
    let mut claimed = positions(&claim(&journal, moment(0), 256).await);

    loop {
        for &event in claimed.iter().filter(|&&event| event != 1) {
            settle(&journal, event, Verdict::Delivered).await;
        }
        claimed = positions(&claim(&journal, moment(0), 256).await);
        if claimed.is_empty() {
            break;
        }
    }

    let sink = place.read().counters().unwrap().sinks.remove(0);
    assert_eq!((sink.delivered, sink.pending), (1999, 1));
    let settled = place.text("index.db", "SELECT position || settled FROM sink");
    assert_eq!(settled, "0[[2,2000]]", "one span says it all");
    drop(journal);
    let journal = place.open();
    assert_eq!(positions(&claim(&journal, moment(0), 9).await), [1]);
}
