//! What need not be kept goes, and nothing else does.

use std::sync::Arc;
use std::time::Duration;

use switchboard_core::Timestamp;
use switchboard_core::journal::{
    Cause, Decoded, EventFilter, Journal as _, LogPosition, Records as _, Replay, Undecoded,
    UndecodedCause, Verdict,
};
use switchboard_journal_sqlite::{Retained, Retention, SqliteJournal};
use switchboard_testkit::ManualClock;

use crate::support::{Place, SINK, claim, event, fail, intake, moment, positions, settle};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A journal by a clock of its own.
struct Scene {
    place: Place,
    clock: Arc<ManualClock>,
    journal: SqliteJournal,
}

impl Scene {
    async fn new() -> Self {
        let place = Place::new();
        let clock = Arc::new(ManualClock::new(moment(0)));
        let journal =
            SqliteJournal::open_with_clock(place.path(), Arc::clone(&clock) as _).unwrap();
        journal.subscribe(SINK).await.unwrap();
        Self {
            place,
            clock,
            journal,
        }
    }

    fn reopen(self) -> Self {
        let Self {
            place,
            clock,
            journal,
        } = self;
        drop(journal);
        let journal =
            SqliteJournal::open_with_clock(place.path(), Arc::clone(&clock) as _).unwrap();
        Self {
            place,
            clock,
            journal,
        }
    }

    /// Appends a delivery of `body` that comes in at `now`.
    async fn append(&self, now: Timestamp, body: impl Into<Vec<u8>>) -> LogPosition {
        self.clock.set(now);
        let mut intake = intake(body);
        intake.delivery.received_at = now;
        self.journal.append(&intake).await.unwrap().position()
    }

    /// Records the event of `key`, of a delivery that comes in at `now`.
    async fn record(&self, now: Timestamp, key: &str) -> LogPosition {
        let delivery = self.append(now, key).await;
        let mut event = event(key);
        event.recordedtime = now;
        let decoded = Decoded::new(delivery, Ok(vec![event]));
        self.journal.record(&[decoded]).await.unwrap();
        delivery
    }

    /// Gives the sink everything there is for it.
    async fn deliver_all(&self) {
        loop {
            let claims = claim(&self.journal, self.clock.now_shown(), 100).await;
            if claims.claims.is_empty() {
                return;
            }
            for event in positions(&claims) {
                settle(&self.journal, event, Verdict::Delivered).await;
            }
        }
    }

    /// Removes what may go, for as many calls as it takes the ages to come up with the clock.
    async fn retain(&self, retention: &Retention) -> Retained {
        const AT: &str = "SELECT coalesce(retained_at, 0) FROM progress";
        let mut all = Retained::default();
        loop {
            let before = self.place.count("index.db", AT);
            let done = self.journal.retain(retention).await.unwrap();
            all.deliveries += done.deliveries;
            all.events += done.events;
            all.keys += done.keys;
            all.dead += done.dead;
            all.undecoded += done.undecoded;
            if self.place.count("index.db", AT) == before && !done.is_more {
                return all;
            }
        }
    }

    /// Lets `seconds` pass since the beginning, until a ping comes in, and removes what may go.
    async fn retain_at(&self, seconds: i64, retention: &Retention) -> Retained {
        let ping = Decoded {
            position: self.append(moment(seconds), "ping").await,
            outcome: Ok(Vec::new()),
        };
        self.journal.record(&[ping]).await.unwrap();
        let done = self.retain(retention).await;
        let findings = self.journal.check().await.unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        done
    }

    async fn has(&self, delivery: LogPosition) -> bool {
        let found = self.journal.delivery(delivery).await.unwrap();
        assert_eq!(
            self.journal.stored(delivery).await.unwrap().is_some(),
            found.is_some()
        );
        found.is_some()
    }

    async fn events(&self) -> usize {
        let filter = EventFilter::last(1000);
        self.journal.events(&filter).await.unwrap().len()
    }
}

trait Shown {
    fn now_shown(&self) -> Timestamp;
}

impl Shown for ManualClock {
    fn now_shown(&self) -> Timestamp {
        switchboard_core::Clock::now(self)
    }
}

fn days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

#[tokio::test]
async fn bodies_go_before_events_and_those_before_keys() {
    let scene = Scene::new().await;
    let mut retention = Retention::default();
    retention.events = days(10);
    retention.keys = days(12);
    let first = scene.record(moment(0), "a").await;
    scene.deliver_all().await;

    let done = scene.retain_at(6 * DAY, &retention).await;
    assert_eq!(done, Retained::default());
    assert!(scene.has(first).await);

    let done = scene.retain_at(8 * DAY, &retention).await;
    assert_eq!((done.deliveries, done.events, done.keys), (1, 0, 0));
    assert!(!scene.has(first).await);
    assert_eq!(scene.events().await, 1);

    let done = scene.retain_at(11 * DAY, &retention).await;
    assert_eq!((done.events, done.keys), (1, 0));
    assert_eq!(scene.events().await, 0);
    // Nothing is left of it, and still it is known.
    let scene = scene.reopen();
    scene.record(moment(11 * DAY), "a").await;
    assert_eq!(scene.events().await, 0);

    let done = scene.retain_at(13 * DAY, &retention).await;
    assert_eq!(done.keys, 1);
    scene.record(moment(13 * DAY), "a").await;
    assert_eq!(scene.events().await, 1, "it is new again");

    let mut counters = scene.journal.counters().await.unwrap();
    // Only who commits knows how its commits go.
    assert!(counters.commits.take().is_some());
    assert_eq!((counters.stored, counters.waiting()), (7, 0));
    assert_eq!((counters.events, counters.duplicates), (2, 1));
    assert_eq!(counters.expired_events, 1);
    assert_eq!(scene.place.read().counters().unwrap(), counters);
}

#[tokio::test]
async fn duplicates_are_recognised_for_a_week_whatever_is_asked_for() {
    let scene = Scene::new().await;
    let mut retention = Retention::default();
    retention.bodies = days(1);
    retention.events = days(1);
    retention.keys = Duration::ZERO;
    scene.record(moment(0), "a").await;
    scene.deliver_all().await;

    let done = scene.retain_at(6 * DAY, &retention).await;
    assert_eq!((done.deliveries, done.events, done.keys), (1, 1, 0));
    scene.record(moment(6 * DAY), "a").await;
    assert_eq!(scene.events().await, 0);

    assert_eq!(scene.retain_at(8 * DAY, &retention).await.keys, 1);
}

#[tokio::test]
async fn what_some_sink_is_not_done_with_stays() {
    let scene = Scene::new().await;
    let mut retention = Retention::default();
    retention.events = days(7);
    retention.dead = days(365);
    let mut deliveries = Vec::new();
    for key in ["delivered", "retried", "dead", "pending"] {
        deliveries.push(scene.record(moment(0), key).await);
    }
    let claims = claim(&scene.journal, moment(0), 3).await;
    assert_eq!(positions(&claims), [1, 2, 3]);
    settle(&scene.journal, 1, Verdict::Delivered).await;
    let long = Verdict::Retry(moment(90 * DAY));
    fail(&scene.journal, 2, moment(0), long).await;
    let dead = Verdict::Dead(Cause::Exhausted);
    fail(&scene.journal, 3, moment(0), dead).await;

    let done = scene.retain_at(40 * DAY, &retention).await;

    assert_eq!((done.deliveries, done.events, done.dead), (1, 1, 0));
    let mut kept = Vec::new();
    for delivery in deliveries {
        kept.push(scene.has(delivery).await);
    }
    assert_eq!(kept, [false, true, true, true]);
    // Nor does size move them.
    retention.max_bytes = Some(0);
    scene.retain(&retention).await;
    assert_eq!(scene.events().await, 3);
    let scene = scene.reopen();
    let claims = claim(&scene.journal, moment(90 * DAY), 9).await;
    assert_eq!(positions(&claims), [2, 4]);
}

#[tokio::test]
async fn old_dead_letters_expire_and_are_counted() {
    let scene = Scene::new().await;
    let delivery = scene.record(moment(0), "dead").await;
    claim(&scene.journal, moment(0), 1).await;
    let dead = Verdict::Dead(Cause::Exhausted);
    fail(&scene.journal, 1, moment(DAY), dead).await;

    let retention = Retention::default();
    assert_eq!(scene.retain_at(30 * DAY, &retention).await.dead, 0);
    assert!(scene.has(delivery).await);
    let done = scene.retain_at(32 * DAY, &retention).await;

    assert_eq!(done.dead, 1);
    assert!(!scene.has(delivery).await);
    let sink = scene.journal.counters().await.unwrap().sinks.remove(0);
    assert_eq!((sink.dead, sink.expired, sink.pending), (0, 1, 0));
}

#[tokio::test]
async fn an_undecoded_delivery_is_kept_like_a_dead_letter() {
    let scene = Scene::new().await;
    let delivery = scene.append(moment(0), "not JSON").await;
    let undecoded = Decoded::new(
        delivery,
        Err(Undecoded {
            cause: UndecodedCause::Unreadable,
            reason: "not JSON".into(),
        }),
    );
    scene.journal.record(&[undecoded]).await.unwrap();

    let retention = Retention::default();
    scene.retain_at(29 * DAY, &retention).await;
    assert!(scene.has(delivery).await);
    let done = scene.retain_at(31 * DAY, &retention).await;

    assert_eq!(done.undecoded, 1);
    assert!(!scene.has(delivery).await);
    let counters = scene.journal.counters().await.unwrap();
    assert_eq!((counters.undecoded, counters.expired_undecoded), (0, 1));
    assert_eq!(counters.waiting(), 0);
}

#[tokio::test]
async fn a_sink_that_left_the_configuration_keeps_its_events() {
    let scene = Scene::new().await;
    scene.journal.subscribe("gone").await.unwrap();
    let delivery = scene.record(moment(0), "a").await;
    scene.deliver_all().await;

    let done = scene.retain_at(100 * DAY, &Retention::default()).await;

    assert_eq!((done.deliveries, done.events), (0, 0));
    assert!(scene.has(delivery).await);
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_empties_nothing() {
    let scene = Scene::new().await;
    let mut retention = Retention::default();
    for bound in [&mut retention.bodies, &mut retention.events] {
        *bound = days(1);
    }
    let mut deliveries = Vec::new();
    for hour in 0..24 {
        let key = hour.to_string();
        deliveries.push(scene.record(moment(hour * HOUR), &key).await);
    }
    scene.deliver_all().await;
    scene.retain(&retention).await;

    // The clock alone says nothing; nor does it with a delivery.
    scene.clock.set(moment(3650 * DAY));
    let done = scene.journal.retain(&retention).await.unwrap();
    assert_eq!(done, Retained::default());
    scene.record(moment(3650 * DAY), "ahead").await;
    for call in 0..3 {
        let done = scene.journal.retain(&retention).await.unwrap();
        assert_eq!(done.deliveries, 1, "an hour's worth in call {call}");
    }

    assert!(scene.has(deliveries[3]).await);
}

#[tokio::test]
async fn the_size_stays_bounded_under_load() {
    const MOST: u64 = 2 << 20;
    let scene = Scene::new().await;
    let mut retention = Retention::default();
    retention.max_bytes = Some(MOST);
    let size = |name: &str| scene.place.path().join(name).metadata().unwrap().len();
    let mut pinned = LogPosition(0);
    for round in 0..300 {
        let now = moment(round);
        let key = format!("{round:0>6000}");
        let delivery = scene.record(now, &key).await;
        if round == 0 {
            claim(&scene.journal, now, 1).await;
            let long = Verdict::Retry(moment(10 * HOUR));
            fail(&scene.journal, 1, now, long).await;
            pinned = delivery;
        }
        scene.deliver_all().await;
        if round % 20 == 0 {
            scene.journal.retain(&retention).await.unwrap();
        }
    }
    scene.journal.retain(&retention).await.unwrap();

    assert!(scene.has(pinned).await);
    let counters = scene.journal.counters().await.unwrap();
    assert!(counters.expired_deliveries > 20, "{counters:?}");
    let findings = scene.journal.check().await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    scene.journal.close().await.unwrap();
    let bytes = size("log.db") + size("index.db");
    assert!(bytes <= MOST, "{bytes}");
}

#[tokio::test]
async fn what_is_deleted_is_given_back() {
    let scene = Scene::new().await;
    for key in 0..40 {
        let delivery = scene.append(moment(0), vec![key; 200_000]).await;
        let ping = Decoded::new(delivery, Ok(Vec::new()));
        scene.journal.record(&[ping]).await.unwrap();
    }

    let done = scene.retain_at(8 * DAY, &Retention::default()).await;

    assert_eq!(done.deliveries, 40);
    scene.journal.close().await.unwrap();
    let size = scene.place.path().join("log.db").metadata().unwrap().len();
    assert!(size < 3 << 20, "{size} bytes of 8 MB");
}

#[tokio::test]
async fn a_commit_goes_as_a_whole_when_all_of_it_is_done() {
    let scene = Scene::new().await;
    let append = |body: &'static str| scene.append(moment(0), body);
    // Whether they share a commit or not: each waits for those beside it at most.
    let (a, b) = tokio::join!(append("a"), append("b"));
    let decoded = |position, key: Option<&str>| {
        Decoded::new(position, Ok(key.map(event).into_iter().collect()))
    };
    let batch = [decoded(a.min(b), Some("a")), decoded(a.max(b), None)];
    scene.journal.record(&batch).await.unwrap();

    scene.retain_at(8 * DAY, &Retention::default()).await;
    assert!(scene.has(a.min(b)).await, "its event is pending");
    scene.deliver_all().await;
    scene.retain(&Retention::default()).await;

    assert!(!scene.has(a).await && !scene.has(b).await);
}

#[tokio::test]
async fn what_is_replayed_holds_its_delivery() {
    let scene = Scene::new().await;
    let delivery = scene.record(moment(0), "a").await;
    scene.deliver_all().await;
    let replay = Replay {
        delivery,
        event: event("a-again"),
        sinks: None,
    };
    assert_eq!(scene.journal.replay(&[replay]).await.unwrap(), 1);

    scene.retain_at(60 * DAY, &Retention::default()).await;
    assert!(scene.has(delivery).await);
    scene.deliver_all().await;
    scene.retain(&Retention::default()).await;

    assert!(!scene.has(delivery).await);
    assert_eq!(scene.events().await, 0);
}
