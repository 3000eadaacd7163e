//! What the simulation found wrong, each told once more in a few lines.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use switchboard_core::event::Origin;
use switchboard_core::journal::{
    Cause, ClaimRequest, Decoded, EventPosition, Intake, Journal as _, MemoryJournal, Order,
    Settlement, Verdict,
};
use switchboard_core::pipeline::{Pipeline, Plan, Subscription};
use switchboard_core::sink::{Envelope, Sink, SinkError};
use switchboard_core::{DedupKey, Delivery, Descriptor, Draft, Event, Filter, Timestamp, Verified};
use switchboard_testkit::ManualClock;
use tokio_util::sync::CancellationToken;

const ADAPTER: Descriptor = Descriptor::new("acme", "Acme");
const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn noon() -> Timestamp {
    Timestamp::from_seconds(1_764_000_000).expect("it works in memory")
}

pub(crate) fn event(key: &str) -> Event {
    let draft = Draft::unknown("x", serde_json::json!({}), DedupKey::provider([key]));
    let origin = Origin {
        adapter: &ADAPTER,
        endpoint: "support",
        account: None,
        scheme: "none",
        delivery: "d",
        recorded: noon(),
    };
    Event::stamp(draft, &origin, 0)
}

async fn record(journal: &MemoryJournal, keys: &[&str]) {
    record_all(journal, keys.iter().map(|key| event(key)).collect()).await;
}

pub(crate) async fn record_all(journal: &MemoryJournal, events: Vec<Event>) {
    let intake = Intake {
        endpoint: "support".into(),
        adapter: "acme".into(),
        delivery: Delivery::post(""),
        verified: Verified::unsigned(),
    };
    let position = journal
        .append(&intake)
        .await
        .expect("it works in memory")
        .position();
    journal
        .record(&[Decoded::new(position, Ok(events))])
        .await
        .expect("it works in memory");
}

/// Takes a second over every call, and counts them.
#[derive(Debug, Default)]
struct Slow {
    calls: AtomicUsize,
    under_way: AtomicUsize,
    overlapped: AtomicBool,
}

#[async_trait]
impl Sink for Slow {
    fn is_concurrent(&self) -> bool {
        false
    }

    async fn deliver(&self, _batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.under_way.fetch_add(1, Ordering::Relaxed) > 0 {
            self.overlapped.store(true, Ordering::Relaxed);
        }
        tokio::time::sleep(SECOND).await;
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_plan_let_calls_of_one_sink_overlap() {
    let (journal, sink) = (Arc::new(MemoryJournal::new()), Arc::new(Slow::default()));
    let plan = || Plan::new().delivering(Subscription::new("a", Arc::clone(&sink) as _));
    let pipeline = Pipeline::new(
        Arc::clone(&journal) as _,
        Arc::new(ManualClock::new(noon())),
    )
    .planned(plan());
    pipeline.subscribe().await.unwrap();
    record(&journal, &["1", "2"]).await;
    let (control, stop) = (pipeline.control(), CancellationToken::new());
    let task = tokio::spawn(pipeline.run(stop.clone().cancelled_owned()));
    tokio::time::sleep(SECOND / 2).await;

    control.replace(plan()).await.unwrap();
    tokio::time::sleep(SECOND * 10).await;

    assert_eq!(sink.calls.load(Ordering::Relaxed), 2);
    assert!(!sink.overlapped.load(Ordering::Relaxed));
    stop.cancel();
    task.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_ahead_gave_an_event_twice_at_once() {
    let (journal, sink) = (Arc::new(MemoryJournal::new()), Arc::new(Slow::default()));
    let clock = Arc::new(ManualClock::new(noon()));
    let mut subscription = Subscription::new("a", Arc::new(Overlapping(Arc::clone(&sink))) as _);
    subscription.concurrency = 2;
    let pipeline =
        Pipeline::new(Arc::clone(&journal) as _, Arc::clone(&clock) as _).delivering(subscription);
    pipeline.subscribe().await.unwrap();
    record(&journal, &["1"]).await;
    let stop = CancellationToken::new();
    let task = tokio::spawn(pipeline.run(stop.clone().cancelled_owned()));
    tokio::time::sleep(SECOND / 2).await;

    clock.advance(Duration::from_secs(86_400));
    record(&journal, &["2"]).await;
    tokio::time::sleep(SECOND * 10).await;

    assert_eq!(sink.calls.load(Ordering::Relaxed), 2);
    stop.cancel();
    task.await.unwrap().unwrap();
}

/// Lets calls overlap.
#[derive(Debug)]
struct Overlapping(Arc<Slow>);

#[async_trait]
impl Sink for Overlapping {
    async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        self.0.deliver(batch).await
    }
}

#[tokio::test]
async fn a_revived_event_was_given_beside_a_later_one_of_its_lane() {
    let journal = MemoryJournal::new();
    journal.subscribe("a").await.unwrap();
    record(&journal, &["1", "2"]).await;
    let filter = Arc::new(Filter::default());
    let request = ClaimRequest {
        sink: "a",
        filter: &filter,
        order: Order::Lanes {
            wait_for_dead: false,
        },
        owner: "me",
        now: noon(),
        lease: SECOND,
        limit: 10,
    };
    let settle = async |position, verdict| {
        let settlement = Settlement {
            position: EventPosition(position),
            verdict,
            attempt: None,
        };
        journal.settle("a", "me", &[settlement]).await.unwrap();
    };
    let claim = async || {
        let claims = journal.claim(&request).await.unwrap().claims;
        claims
            .iter()
            .map(|claim| claim.position.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(claim().await, [1]);
    settle(1, Verdict::Dead(Cause::Exhausted)).await;
    assert_eq!(claim().await, [2]);

    journal.revive("a", &[EventPosition(1)]).await.unwrap();

    assert_eq!(claim().await, [0; 0]);
    settle(2, Verdict::Delivered).await;
    assert_eq!(claim().await, [1]);
}
