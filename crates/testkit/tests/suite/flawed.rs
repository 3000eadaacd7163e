//! Journals that are each wrong in one way.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use switchboard_core::Timestamp;
use switchboard_core::journal::{
    AppendError, Claim, ClaimRequest, Claims, Counters, DeadFilter, DeadLetter, Decoded,
    EventFilter, EventPosition, EventRecord, Fault, Intake, Journal, JournalError, Line,
    LogPosition, MemoryJournal, Order, Pause, Receipt, Records, Replay, Settlement, Stored, Tally,
    Undecoded, UndecodedFilter, UndecodedRecord, Verdict,
};
use switchboard_core::sink::Envelope;

/// What is wrong with a journal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Flaw {
    DropsEveryThird,
    LosesAppends,
    IsNeverReady,
    IsReadyWhenClosed,
    AltersAByte,
    NeverWaits,
    HandsOutOnce,
    HandsOutEarly,
    SkipsWhatIsLeftOut,
    ForgetsDuplicates,
    RecordsPieceByPiece,
    ForgetsAtACrash,
    ChokesOnDepth,
    StarvesFreshEvents,
    ClaimsWithoutMeasure,
    IgnoresDueTime,
    TrustsTheClock,
    IgnoresOwner,
    NeverExpires,
    RaisesTheDead,
    GivesWhatIsNotWanted,
    ForgetsOrder,
    OrdersFreshEventsOnly,
    WaitsForNoDeadLetter,
    RevivesWhatIsGone,
    ReplaysToAll,
    ForgetsPauses,
    FindsNothingUndecoded,
    CountsTwice,
    ForgetsWhatBegan,
    SeesNoStalls,
    SuspectsNobody,
    NeverCloses,
}

/// A right journal behind one flaw.
#[derive(Debug)]
pub(crate) struct Flawed {
    flaw: Flaw,
    inner: MemoryJournal,
    appends: AtomicU64,
    /// The last that `HandsOutOnce` handed out.
    handed_out: Mutex<LogPosition>,
    /// When each event is due that `TrustsTheClock` was told to try again.
    dues: Mutex<HashMap<EventPosition, Timestamp>>,
    first_claim: OnceLock<Timestamp>,
}

impl Flawed {
    pub(crate) fn new(flaw: Flaw) -> Self {
        Self {
            flaw,
            inner: MemoryJournal::new(),
            appends: AtomicU64::new(0),
            handed_out: Mutex::default(),
            dues: Mutex::default(),
            first_claim: OnceLock::new(),
        }
    }

    pub(crate) fn crash(self) -> Self {
        if self.flaw == Flaw::ForgetsAtACrash {
            return Self::new(self.flaw);
        }
        self.inner.reopen();
        *self.handed_out() = LogPosition(0);
        self
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn handed_out(&self) -> MutexGuard<'_, LogPosition> {
        self.handed_out
            .lock()
            .expect("nothing panics under the lock")
    }

    fn dues(&self) -> MutexGuard<'_, HashMap<EventPosition, Timestamp>> {
        self.dues.lock().expect("nothing panics under the lock")
    }

    fn first_claim(&self, now: Timestamp) -> Timestamp {
        *self.first_claim.get_or_init(|| now)
    }

    fn owner<'a>(&self, owner: &'a str) -> &'a str {
        if self.has(Flaw::IgnoresOwner) {
            "anybody"
        } else {
            owner
        }
    }

    fn verdict(&self, verdict: &Verdict) -> Verdict {
        match verdict {
            Verdict::Retry(_) if self.has(Flaw::IgnoresDueTime) => {
                Verdict::Retry(Timestamp::UNIX_EPOCH)
            }
            Verdict::Dead(_) if self.has(Flaw::RaisesTheDead) => {
                Verdict::Retry(Timestamp::UNIX_EPOCH)
            }
            right => right.clone(),
        }
    }
}

#[async_trait]
impl Journal for Flawed {
    async fn append(&self, intake: &Intake) -> Result<Receipt, AppendError> {
        let last = self.inner.deliveries().len() as u64;
        let mut intake = intake.clone();
        match self.flaw {
            Flaw::DropsEveryThird if self.appends.fetch_add(1, Ordering::Relaxed) % 3 == 2 => {
                return Ok(Receipt::committed(LogPosition(last + 1)));
            }
            // As a journal does that reads the position, waits, and writes there.
            Flaw::LosesAppends => {
                tokio::task::yield_now().await;
                if self.inner.deliveries().len() as u64 > last {
                    return Ok(Receipt::committed(LogPosition(last + 1)));
                }
            }
            Flaw::AltersAByte => {
                let mut body = intake.delivery.body.to_vec();
                if let Some(byte) = body.get_mut(65_536) {
                    *byte ^= 1;
                }
                intake.delivery.body = body.into();
            }
            _ => {}
        }
        self.inner.append(&intake).await
    }

    fn ready(&self) -> Result<(), AppendError> {
        match self.flaw {
            Flaw::IsNeverReady => Err(AppendError::Full),
            Flaw::IsReadyWhenClosed => Ok(()),
            _ => self.inner.ready(),
        }
    }

    async fn next(&self, limit: usize) -> Result<Vec<Stored>, JournalError> {
        if self.has(Flaw::NeverWaits) {
            return tokio::select! {
                biased;
                batch = self.inner.next(limit) => batch,
                () = std::future::ready(()) => Ok(Vec::new()),
            };
        }
        let mut batch = self.inner.next(limit).await?;
        if self.has(Flaw::HandsOutOnce) {
            let mut handed_out = self.handed_out();
            batch.retain(|stored| stored.position > *handed_out);
            *handed_out = batch.last().map_or(*handed_out, |last| last.position);
        }
        if self.has(Flaw::HandsOutEarly) {
            for stored in &batch {
                let nothing = Decoded::new(stored.position, Ok(Vec::new()));
                self.inner.record(&[nothing]).await?;
            }
        }
        Ok(batch)
    }

    async fn record(&self, batch: &[Decoded]) -> Result<Tally, JournalError> {
        let mut batch = batch.to_vec();
        if self.has(Flaw::ForgetsDuplicates) {
            let known = self.inner.events();
            let all = batch.iter_mut().flat_map(|decoded| &mut decoded.outcome);
            for envelope in all.flatten() {
                let mut event = envelope.event().clone();
                if known.iter().any(|known| known.event().id == event.id) {
                    event.id.push('?');
                    *envelope = Arc::new(Envelope::new(event));
                }
            }
        }
        if self.has(Flaw::SkipsWhatIsLeftOut) {
            let first = self.inner.next(1).await?[0].position.0;
            let last = batch.last().map_or(0, |last| last.position.0);
            for position in (first..=last).map(LogPosition) {
                if batch.iter().all(|decoded| decoded.position != position) {
                    let outcome = Ok(Vec::new());
                    batch.push(Decoded::new(position, outcome));
                }
            }
            batch.sort_by_key(|decoded| decoded.position);
        }
        if self.has(Flaw::RecordsPieceByPiece) {
            let mut tally = Tally::default();
            for decoded in &batch {
                let piece = self.inner.record(std::slice::from_ref(decoded)).await?;
                tally.events += piece.events;
                tally.duplicates += piece.duplicates;
                tally.undecoded += piece.undecoded;
                tokio::task::yield_now().await;
            }
            return Ok(tally);
        }
        self.inner.record(&batch).await
    }

    async fn subscribe(&self, sink: &str) -> Result<(), JournalError> {
        self.inner.subscribe(sink).await
    }

    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError> {
        let mut request = *request;
        request.owner = self.owner(request.owner);
        if self.has(Flaw::NeverExpires) {
            request.lease = Duration::MAX;
        }
        let all = Arc::default();
        match (self.flaw, request.order) {
            (Flaw::GivesWhatIsNotWanted, _) => request.filter = &all,
            (Flaw::ForgetsOrder, _) => request.order = Order::None,
            (Flaw::OrdersFreshEventsOnly, _) if request.now > self.first_claim(request.now) => {
                request.order = Order::None;
            }
            (Flaw::WaitsForNoDeadLetter, Order::Lanes { .. }) => {
                let wait_for_dead = false;
                request.order = Order::Lanes { wait_for_dead };
            }
            _ => {}
        }
        let mut claims = self.inner.claim(&request).await?;
        match self.flaw {
            Flaw::ChokesOnDepth => {
                for claim in &claims.claims {
                    let json = claim.envelope.json().clone();
                    Envelope::read(json).map_err(|_| JournalError::Stopped)?;
                }
            }
            Flaw::StarvesFreshEvents if claims.claims.iter().any(|claim| claim.attempts > 0) => {
                claims.claims.retain(|claim| claim.attempts > 0);
            }
            Flaw::ClaimsWithoutMeasure => {
                let mut count = claims.claims.len();
                while count > 0 {
                    request.limit -= count;
                    let more = self.inner.claim(&request).await?.claims;
                    count = more.len();
                    claims.claims.extend(more);
                }
            }
            Flaw::TrustsTheClock => {
                let dues = self.dues();
                let due = |claim: &Claim| dues.get(&claim.position);
                let is_due = |claim: &Claim| due(claim).is_none_or(|due| *due <= request.now);
                claims.claims.retain(is_due);
            }
            Flaw::SuspectsNobody => {
                let claims = claims.claims.iter_mut();
                claims.for_each(|claim| claim.is_suspect = false);
            }
            _ => {}
        }
        Ok(claims)
    }

    async fn settle(
        &self,
        sink: &str,
        owner: &str,
        settlements: &[Settlement],
    ) -> Result<(), JournalError> {
        let mut settlements = settlements.to_vec();
        for settlement in &mut settlements {
            if let Verdict::Retry(due) = settlement.verdict {
                self.dues().insert(settlement.position, due);
            }
            settlement.verdict = self.verdict(&settlement.verdict);
        }
        let owner = self.owner(owner);
        self.inner.settle(sink, owner, &settlements).await
    }

    async fn begin(&self, sink: &str, event: EventPosition) -> Result<u32, JournalError> {
        if self.has(Flaw::ForgetsWhatBegan) {
            return Ok(1);
        }
        self.inner.begin(sink, event).await
    }

    fn stalls(&self) -> u32 {
        if self.has(Flaw::SeesNoStalls) {
            return 0;
        }
        self.inner.stalls()
    }

    async fn revive(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        self.inner.revive(sink, events).await
    }

    async fn discard(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        if self.has(Flaw::RevivesWhatIsGone) {
            return self.inner.revive(sink, events).await;
        }
        self.inner.discard(sink, events).await
    }

    async fn replay(&self, replays: &[Replay]) -> Result<u64, JournalError> {
        let mut replays = replays.to_vec();
        if self.has(Flaw::ReplaysToAll) {
            replays.iter_mut().for_each(|replay| replay.sinks = None);
        }
        self.inner.replay(&replays).await
    }

    async fn pause(&self, line: &Line, pause: Option<Pause>) -> Result<(), JournalError> {
        self.inner.pause(line, pause).await
    }

    async fn pauses(&self) -> Result<BTreeMap<Line, Pause>, JournalError> {
        if self.has(Flaw::ForgetsPauses) {
            return Ok(BTreeMap::new());
        }
        self.inner.pauses().await
    }

    async fn undecoded(
        &self,
        after: LogPosition,
        limit: usize,
    ) -> Result<Vec<(Stored, Undecoded)>, JournalError> {
        if self.has(Flaw::FindsNothingUndecoded) {
            return Ok(Vec::new());
        }
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
        if self.has(Flaw::NeverCloses) {
            return Ok(());
        }
        self.inner.close().await
    }
}

#[async_trait]
impl Records for Flawed {
    async fn counters(&self) -> Result<Counters, JournalError> {
        let mut counters = self.inner.counters().await?;
        if self.has(Flaw::CountsTwice) {
            let sinks = &mut counters.sinks;
            sinks
                .iter_mut()
                .for_each(|sink| sink.pending += sink.retrying);
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
