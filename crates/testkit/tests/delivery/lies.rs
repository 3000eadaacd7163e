//! Journals and sinks that each break one promise, which the simulation must find out.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use switchboard_core::journal::{
    AppendError, Cause, ClaimRequest, Claims, Counters, DeadFilter, DeadLetter, Decoded,
    EventFilter, EventPosition, EventRecord, Fault, Intake, Journal, JournalError, Line,
    LogPosition, MemoryJournal, Order, Pause, Receipt, Records, Replay, Settlement, Stored, Tally,
    Undecoded, UndecodedFilter, UndecodedRecord, Verdict,
};
use switchboard_core::sink::{Envelope, Sink, SinkError};
use switchboard_core::{Filter, Timestamp};
use switchboard_testkit::journal::JournalUnderTest;

/// One promise that is broken, now and then.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Lie {
    /// After a crash no lane waits for anything.
    ForgetsLanesAfterACrash,
    /// A delivered event comes again once in 50 times.
    DropsADelivered,
    /// A retry comes one second early.
    RetriesEarly,
    /// A retry is not before the others of its lane.
    RetriesBesideItsLane,
    /// A dead letter is given again by itself.
    RevivesByItself,
    /// One claim in 5,000 is never handed out.
    LosesAClaim,
    /// After a crash nothing is paused.
    ForgetsPauses,
    /// After a crash no attempt was made.
    ForgetsAttempts,
    /// A dead letter that was revived keeps its spent budget.
    RevivesWithoutABudget,
    /// What is claimed can be claimed by anybody.
    IgnoresLeases,
    /// Every event matches.
    IgnoresFilters,
    /// One event more than was asked for is handed out.
    ClaimsTooMuch,
    /// A dead letter holds up no lane, though it shall.
    GoesOnAfterADeadLetter,
    /// A replay of more than one event leaves out the last one.
    LosesAReplay,
    /// A retry stays a retry when the budget is spent, and never is due.
    BuriesQuietly,
    /// A discarded dead letter is not counted.
    DiscardsUncounted,
    /// A crash takes the last settlement back.
    LosesASettlement,
}

impl Lie {
    pub(super) const ALL: [Self; 17] = [
        Self::ForgetsLanesAfterACrash,
        Self::DropsADelivered,
        Self::RetriesEarly,
        Self::RetriesBesideItsLane,
        Self::RevivesByItself,
        Self::LosesAClaim,
        Self::ForgetsPauses,
        Self::ForgetsAttempts,
        Self::RevivesWithoutABudget,
        Self::IgnoresLeases,
        Self::IgnoresFilters,
        Self::ClaimsTooMuch,
        Self::GoesOnAfterADeadLetter,
        Self::LosesAReplay,
        Self::BuriesQuietly,
        Self::DiscardsUncounted,
        Self::LosesASettlement,
    ];
}

/// How many claims were made of all journals that lose one: it shows in one run of many.
static CLAIMS: AtomicU64 = AtomicU64::new(0);

/// A journal that tells a lie.
#[derive(Debug)]
pub(super) struct Liar {
    inner: MemoryJournal,
    lie: Lie,
    has_crashed: AtomicBool,
    calls: AtomicU64,
    uncounted: AtomicU64,
    /// Attempts that were made before a crash or a revival.
    attempts: Mutex<BTreeMap<(String, EventPosition), u32>>,
    /// The settlements of the last call, which are not handed on yet.
    held: Mutex<Option<(String, String, Vec<Settlement>)>>,
}

impl Liar {
    fn is(&self, lie: Lie) -> bool {
        self.lie == lie
    }

    /// Whether this is the `n`th time, or the two times `n`th.
    fn is_time(&self, n: u64) -> bool {
        self.calls.fetch_add(1, Ordering::Relaxed) % n == n - 1
    }

    fn has_crashed(&self) -> bool {
        self.has_crashed.load(Ordering::Relaxed)
    }

    /// Hands on what was held back.
    async fn catch_up(&self) -> Result<(), JournalError> {
        let held = self.held.lock().expect("no holder panics").take();
        match held {
            Some((sink, owner, settlements)) => {
                self.inner.settle(&sink, &owner, &settlements).await
            }
            None => Ok(()),
        }
    }
}

#[async_trait]
impl JournalUnderTest for Lie {
    type Journal = Liar;

    async fn open(&self) -> Liar {
        Liar {
            inner: MemoryJournal::new(),
            lie: *self,
            has_crashed: AtomicBool::new(false),
            calls: AtomicU64::new(0),
            uncounted: AtomicU64::new(0),
            attempts: Mutex::default(),
            held: Mutex::default(),
        }
    }

    async fn crash(&self, journal: Liar) -> Liar {
        journal.inner.reopen();
        journal.held.lock().expect("no holder panics").take();
        journal.has_crashed.store(true, Ordering::Relaxed);
        journal
    }
}

#[async_trait]
impl Journal for Liar {
    async fn append(&self, intake: &Intake) -> Result<Receipt, AppendError> {
        self.inner.append(intake).await
    }

    async fn next(&self, limit: usize) -> Result<Vec<Stored>, JournalError> {
        self.inner.next(limit).await
    }

    async fn record(&self, batch: &[Decoded]) -> Result<Tally, JournalError> {
        self.inner.record(batch).await
    }

    async fn subscribe(&self, sink: &str) -> Result<(), JournalError> {
        self.inner.subscribe(sink).await
    }

    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError> {
        self.catch_up().await?;
        let (mut request, all) = (*request, Arc::new(Filter::default()));
        let sink = request.sink;
        match self.lie {
            Lie::ForgetsLanesAfterACrash if self.has_crashed() => request.order = Order::None,
            Lie::RetriesEarly => request.now = request.now.plus(Duration::from_secs(1)),
            Lie::IgnoresFilters => request.filter = &all,
            Lie::ClaimsTooMuch => request.limit += 1,
            Lie::IgnoresLeases => request.lease = Duration::ZERO,
            Lie::GoesOnAfterADeadLetter => {
                if let Order::Lanes { .. } = request.order {
                    request.order = Order::Lanes {
                        wait_for_dead: false,
                    };
                }
            }
            Lie::RevivesByItself if self.is_time(100) => {
                let dead = self.inner.dead_letters_of(sink);
                let dead: Vec<_> = dead.iter().map(|letter| letter.event).collect();
                self.inner.revive(sink, &dead).await?;
            }
            Lie::RetriesBesideItsLane if self.is_time(20) => request.order = Order::None,
            _ => {}
        }
        let mut claims = self.inner.claim(&request).await?;
        for claim in &mut claims.claims {
            if self.is(Lie::ForgetsAttempts) && self.has_crashed() {
                claim.attempts = 0;
                claim.first_attempt = None;
            }
            let attempts = self.attempts.lock().expect("no holder panics");
            let spent = attempts.get(&(sink.to_owned(), claim.position));
            claim.attempts += spent.copied().unwrap_or_default();
        }
        if self.is(Lie::LosesAClaim)
            && let Some(last) = claims.claims.last()
            && CLAIMS.fetch_add(claims.claims.len() as u64, Ordering::Relaxed) / 5000
                < CLAIMS.load(Ordering::Relaxed) / 5000
        {
            let lost = Settlement {
                position: last.position,
                verdict: Verdict::Delivered,
                attempt: None,
            };
            self.inner.settle(sink, request.owner, &[lost]).await?;
            claims.claims.pop();
        }
        Ok(claims)
    }

    async fn settle(
        &self,
        sink: &str,
        owner: &str,
        settlements: &[Settlement],
    ) -> Result<(), JournalError> {
        self.catch_up().await?;
        let mut settlements = settlements.to_vec();
        match self.lie {
            Lie::DropsADelivered => {
                settlements.retain(|settlement| {
                    settlement.verdict != Verdict::Delivered || !self.is_time(50)
                });
            }
            Lie::BuriesQuietly => {
                for settlement in &mut settlements {
                    if let Verdict::Dead(_) = settlement.verdict {
                        settlement.verdict = Verdict::Retry(Timestamp::UNIX_EPOCH);
                    }
                }
            }
            Lie::LosesASettlement => {
                let held = (sink.to_owned(), owner.to_owned(), settlements);
                *self.held.lock().expect("no holder panics") = Some(held);
                return Ok(());
            }
            _ => {}
        }
        self.inner.settle(sink, owner, &settlements).await
    }

    async fn begin(&self, sink: &str, event: EventPosition) -> Result<u32, JournalError> {
        self.inner.begin(sink, event).await
    }

    fn ready(&self) -> Result<(), AppendError> {
        self.inner.ready()
    }

    fn stalls(&self) -> u32 {
        self.inner.stalls()
    }

    async fn revive(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        self.catch_up().await?;
        if self.is(Lie::RevivesWithoutABudget) {
            for letter in self.inner.dead_letters_of(sink) {
                if events.contains(&letter.event) && letter.cause != Cause::Unreadable {
                    let spent = u32::try_from(letter.attempts.len()).expect("they are few");
                    let mut attempts = self.attempts.lock().expect("no holder panics");
                    *attempts.entry((sink.to_owned(), letter.event)).or_default() += spent;
                }
            }
        }
        self.inner.revive(sink, events).await
    }

    async fn discard(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        self.catch_up().await?;
        let discarded = self.inner.discard(sink, events).await?;
        if self.is(Lie::DiscardsUncounted) {
            self.uncounted.fetch_add(discarded, Ordering::Relaxed);
        }
        Ok(discarded)
    }

    async fn replay(&self, replays: &[Replay]) -> Result<u64, JournalError> {
        if let [all @ .., _] = replays
            && self.is(Lie::LosesAReplay)
            && !all.is_empty()
        {
            let replayed = self.inner.replay(all).await?;
            return Ok(replayed + 1);
        }
        self.inner.replay(replays).await
    }

    async fn pause(&self, line: &Line, pause: Option<Pause>) -> Result<(), JournalError> {
        self.inner.pause(line, pause).await
    }

    async fn pauses(&self) -> Result<BTreeMap<Line, Pause>, JournalError> {
        if self.is(Lie::ForgetsPauses) && self.has_crashed() {
            return Ok(BTreeMap::new());
        }
        self.inner.pauses().await
    }

    async fn undecoded(
        &self,
        after: LogPosition,
        limit: usize,
    ) -> Result<Vec<(Stored, Undecoded)>, JournalError> {
        self.inner.undecoded(after, limit).await
    }

    async fn recorded_after(&self, position: EventPosition) -> Result<(), JournalError> {
        self.inner.recorded_after(position).await
    }

    async fn delivery(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        self.inner.delivery(position).await
    }

    async fn stopped(&self) -> Fault {
        self.inner.stopped().await
    }

    async fn close(&self) -> Result<(), JournalError> {
        self.inner.close().await
    }
}

#[async_trait]
impl Records for Liar {
    async fn counters(&self) -> Result<Counters, JournalError> {
        self.catch_up().await?;
        let mut counters = self.inner.counters().await?;
        for sink in &mut counters.sinks {
            let uncounted = self.uncounted.load(Ordering::Relaxed);
            sink.expired = sink.expired.saturating_sub(uncounted);
        }
        Ok(counters)
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<EventRecord>, JournalError> {
        Records::events(&self.inner, filter).await
    }

    async fn event(&self, id: &str) -> Result<Vec<EventRecord>, JournalError> {
        self.inner.event(id).await
    }

    async fn dead_letters(&self, filter: &DeadFilter) -> Result<Vec<DeadLetter>, JournalError> {
        self.inner.dead_letters(filter).await
    }

    async fn undecoded_deliveries(
        &self,
        filter: &UndecodedFilter,
    ) -> Result<Vec<UndecodedRecord>, JournalError> {
        Records::undecoded_deliveries(&self.inner, filter).await
    }

    async fn stored(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        self.inner.stored(position).await
    }
}

/// What lies between the pipeline and a sink.
#[derive(Debug)]
struct Between {
    sink: Arc<dyn Sink>,
    lie: SinkLie,
    calls: AtomicU64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum SinkLie {
    Swallows,
    Repeats,
    Overlaps,
    Overfills,
    TakesRefusals,
}

/// Answers one call in 20 without asking the sink.
pub(super) fn swallowing(sink: Arc<dyn Sink>) -> Arc<dyn Sink> {
    between(sink, SinkLie::Swallows)
}

/// Gives a sink what it has taken once more.
pub(super) fn repeating(sink: Arc<dyn Sink>) -> Arc<dyn Sink> {
    between(sink, SinkLie::Repeats)
}

/// Says that calls may overlap.
pub(super) fn overlapping(sink: Arc<dyn Sink>) -> Arc<dyn Sink> {
    between(sink, SinkLie::Overlaps)
}

/// Says that a call takes one event more than it does.
pub(super) fn overfilling(sink: Arc<dyn Sink>) -> Arc<dyn Sink> {
    between(sink, SinkLie::Overfills)
}

/// Takes a refusal for an acceptance.
pub(super) fn deaf(sink: Arc<dyn Sink>) -> Arc<dyn Sink> {
    between(sink, SinkLie::TakesRefusals)
}

fn between(sink: Arc<dyn Sink>, lie: SinkLie) -> Arc<dyn Sink> {
    Arc::new(Between {
        sink,
        lie,
        calls: AtomicU64::new(0),
    })
}

#[async_trait]
impl Sink for Between {
    fn max_batch(&self) -> usize {
        self.sink.max_batch() + usize::from(self.lie == SinkLie::Overfills)
    }

    fn is_concurrent(&self) -> bool {
        self.sink.is_concurrent() || self.lie == SinkLie::Overlaps
    }

    async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if self.lie == SinkLie::Swallows && call % 20 == 19 {
            return Ok(());
        }
        let answer = self.sink.deliver(batch).await;
        match (self.lie, &answer) {
            (SinkLie::Repeats, Ok(())) => self.sink.deliver(batch).await,
            (SinkLie::TakesRefusals, Err(SinkError::Refused(_))) => Ok(()),
            _ => answer,
        }
    }
}
