//! Sinks are kept busy though what they did is committed slowly.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use switchboard_core::journal::{
    AppendError, ClaimRequest, Claims, Counters, DeadFilter, DeadLetter, Decoded, EventFilter,
    EventPosition, EventRecord, Fault, Intake, Journal, JournalError, Line, LogPosition,
    MemoryJournal, Order, Pause, Receipt, Records, Replay, Settlement, Stored, Tally, Undecoded,
    UndecodedFilter, UndecodedRecord,
};
use switchboard_core::pipeline::{Pipeline, Subscription};
use switchboard_core::sink::{Envelope, Sink, SinkError};
use switchboard_testkit::ManualClock;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::regressions::{event, noon, record_all};

/// So long takes a call, on average ..
const CALL: Duration = Duration::from_millis(10);
/// .. and a commit.
const COMMIT: Duration = Duration::from_millis(20);

/// So many calls may be under way.
const CALLS: usize = 8;
const EVENTS: usize = 2_000;

/// Takes its time over every call, less over some than over others: those that begin together do
/// not end together.
#[derive(Debug)]
struct Slow;

#[async_trait]
impl Sink for Slow {
    async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        let id = batch[0].id().bytes();
        let mixed = id.fold(7_u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(byte.into())
        });
        sleep(CALL / 2 + CALL * (mixed % 101) / 100).await;
        Ok(())
    }
}

/// How many calls were under way on average until all events were delivered.
async fn under_way(order: Order) -> f64 {
    let journal = Arc::new(SlowToSettle(MemoryJournal::new()));
    let mut subscription = Subscription::new("a", Arc::new(Slow));
    subscription.order = order;
    subscription.concurrency = CALLS;
    let clock = Arc::new(ManualClock::new(noon()));
    let pipeline = Pipeline::new(Arc::clone(&journal) as _, clock).delivering(subscription);
    pipeline.subscribe().await.expect("it works in memory");
    let events = (0..EVENTS).map(|key| {
        let mut event = event(&key.to_string());
        event.partitionkey = key.to_string();
        event
    });
    record_all(&journal.0, events.collect()).await;

    let (begun, stop) = (Instant::now(), CancellationToken::new());
    let task = tokio::spawn(pipeline.run(stop.clone().cancelled_owned()));
    while journal.0.standing("a").delivered < EVENTS as u64 {
        sleep(Duration::from_millis(1)).await;
    }
    let took = begun.elapsed();
    stop.cancel();
    let ended = task.await.expect("nothing panics");
    ended.expect("it works in memory");
    CALL.mul_f64(EVENTS as f64).div_duration_f64(took)
}

#[tokio::test(start_paused = true)]
async fn a_sink_is_kept_busy_beside_slow_commits() {
    let lanes = Order::Lanes {
        wait_for_dead: false,
    };
    for order in [Order::None, lanes] {
        let calls = under_way(order).await;

        assert!(calls > 5.0, "{calls} of {CALLS} with {order:?}");
    }
}

/// Commits what calls came to in its own time.
#[derive(Debug)]
struct SlowToSettle(MemoryJournal);

#[async_trait]
impl Journal for SlowToSettle {
    async fn settle(
        &self,
        sink: &str,
        owner: &str,
        settlements: &[Settlement],
    ) -> Result<(), JournalError> {
        sleep(COMMIT).await;
        self.0.settle(sink, owner, settlements).await
    }

    async fn append(&self, intake: &Intake) -> Result<Receipt, AppendError> {
        self.0.append(intake).await
    }

    async fn next(&self, limit: usize) -> Result<Vec<Stored>, JournalError> {
        self.0.next(limit).await
    }

    async fn record(&self, batch: &[Decoded]) -> Result<Tally, JournalError> {
        self.0.record(batch).await
    }

    async fn subscribe(&self, sink: &str) -> Result<(), JournalError> {
        self.0.subscribe(sink).await
    }

    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError> {
        self.0.claim(request).await
    }

    async fn begin(&self, sink: &str, event: EventPosition) -> Result<u32, JournalError> {
        self.0.begin(sink, event).await
    }

    fn ready(&self) -> Result<(), AppendError> {
        self.0.ready()
    }

    fn stalls(&self) -> u32 {
        self.0.stalls()
    }

    async fn revive(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        self.0.revive(sink, events).await
    }

    async fn discard(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        self.0.discard(sink, events).await
    }

    async fn replay(&self, replays: &[Replay]) -> Result<u64, JournalError> {
        self.0.replay(replays).await
    }

    async fn pause(&self, line: &Line, pause: Option<Pause>) -> Result<(), JournalError> {
        self.0.pause(line, pause).await
    }

    async fn pauses(&self) -> Result<BTreeMap<Line, Pause>, JournalError> {
        self.0.pauses().await
    }

    async fn undecoded(
        &self,
        after: LogPosition,
        limit: usize,
    ) -> Result<Vec<(Stored, Undecoded)>, JournalError> {
        self.0.undecoded(after, limit).await
    }

    async fn recorded_after(&self, position: EventPosition) -> Result<(), JournalError> {
        self.0.recorded_after(position).await
    }

    async fn delivery(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        self.0.delivery(position).await
    }

    async fn stopped(&self) -> Fault {
        self.0.stopped().await
    }

    async fn close(&self) -> Result<(), JournalError> {
        self.0.close().await
    }
}

#[async_trait]
impl Records for SlowToSettle {
    async fn counters(&self) -> Result<Counters, JournalError> {
        self.0.counters().await
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<EventRecord>, JournalError> {
        Records::events(&self.0, filter).await
    }

    async fn event(&self, id: &str) -> Result<Vec<EventRecord>, JournalError> {
        self.0.event(id).await
    }

    async fn dead_letters(&self, filter: &DeadFilter) -> Result<Vec<DeadLetter>, JournalError> {
        self.0.dead_letters(filter).await
    }

    async fn undecoded_deliveries(
        &self,
        filter: &UndecodedFilter,
    ) -> Result<Vec<UndecodedRecord>, JournalError> {
        Records::undecoded_deliveries(&self.0, filter).await
    }

    async fn stored(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        self.0.stored(position).await
    }
}
