//! A journal that forgets: for tests, and for embedders who accept the loss.

mod lane;
mod records;
mod state;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use tokio::sync::Notify;

use self::state::State;
use super::{
    AppendError, ClaimRequest, Claims, DeadLetter, Decoded, EventPosition, Fault, Intake, Journal,
    JournalError, Line, LogPosition, Pause, Receipt, Replay, Settlement, SinkCounters, Stored,
    Tally, Undecoded,
};
use crate::sink::Envelope;

/// Keeps every [`Journal`] promise but one: the end of the process is the end of what it holds.
///
/// Nothing is ever deleted, so it grows with what it is given.
///
/// ```
#[doc = include_str!("../../doc/message.txt")]
/// use switchboard_core::journal::{
///     AppendError, Decoded, Intake, Journal, MemoryJournal, Undecoded, UndecodedCause,
/// };
/// use switchboard_core::{Delivery, Verified};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let journal = MemoryJournal::new();
/// journal.subscribe("crm").await?;
/// let intake = |body: &'static str| Intake {
///     endpoint: "support".into(),
///     adapter: "acme".into(),
///     delivery: Delivery::post(body),
///     verified: Verified::new("token"),
/// };
/// let first = journal.append(&intake("hello")).await?.position();
/// let second = journal.append(&intake("{")).await?.position();
/// assert_eq!(journal.deliveries()[0].position, first);
///
/// // A crash and a restart: what was not recorded is handed out again.
/// assert_eq!(journal.next(16).await?.len(), 2);
/// journal.reopen();
/// assert_eq!(journal.next(16).await?.len(), 2);
///
/// let (cause, reason) = (UndecodedCause::Unreadable, "the JSON ends early".to_owned());
/// let read = Decoded::new(first, Ok(vec![message("m-1")]));
/// let unread = Decoded::new(second, Err(Undecoded { cause, reason }));
/// journal.record(&[read, unread]).await?;
///
/// // What a test looks at.
/// assert_eq!(journal.events()[0].id(), "message.created:m-1");
/// assert_eq!(journal.undecoded_deliveries()[0].0, second);
/// assert_eq!((journal.tally().events, journal.tally().undecoded), (1, 1));
/// assert_eq!(journal.standing("crm").pending, 1);
/// assert!(journal.dead_letters_of("crm").is_empty());
///
/// // And how it tries what its subject does when the disk is full.
/// journal.fail_appends(Some(AppendError::Full));
/// assert!(journal.append(&intake("hello")).await.is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct MemoryJournal {
    state: Mutex<State>,
    /// Told after every change of the state; whoever waits looks again.
    changed: Notify,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends this opening and begins the next, as a crash and a restart would: no lease holds any
    /// more.
    pub fn reopen(&self) {
        self.change(State::reopen);
    }

    /// Makes every append fail with `error`, until it is told `None`.
    pub fn fail_appends(&self, error: Option<AppendError>) {
        self.change(|state| state.append_failure = error);
    }

    /// Everything that was appended, oldest first.
    pub fn deliveries(&self) -> Vec<Stored> {
        self.state().log.clone()
    }

    /// Everything that was recorded and new, oldest first.
    pub fn events(&self) -> Vec<Arc<Envelope>> {
        let state = self.state();
        let events = state.events.iter().map(|kept| Arc::clone(&kept.envelope));
        events.collect()
    }

    /// The deliveries that have no events yet, and why, oldest first.
    pub fn undecoded_deliveries(&self) -> Vec<(LogPosition, Undecoded)> {
        self.state().undecoded.clone().into_iter().collect()
    }

    /// What all recorded batches came to.
    pub fn tally(&self) -> Tally {
        self.state().tally
    }

    /// How far `sink` has come; nothing at all where it is not subscribed.
    pub fn standing(&self, sink: &str) -> SinkCounters {
        self.state().sink(sink)
    }

    /// The events that `sink` could not take, in their order.
    pub fn dead_letters_of(&self, sink: &str) -> Vec<DeadLetter> {
        let state = self.state();
        let letters = state.dead_letters();
        letters.filter(|letter| letter.sink == sink).collect()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let answer = change(&mut self.state());
        self.changed.notify_waiters();
        answer
    }

    async fn wait_for<T>(&self, mut answer: impl FnMut(&mut State) -> Option<T> + Send) -> T {
        loop {
            // Made before the look, so that no change between look and wait goes unnoticed.
            let changed = self.changed.notified();
            if let Some(answer) = answer(&mut self.state()) {
                return answer;
            }
            changed.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics under the lock")
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn append(&self, intake: &Intake) -> Result<Receipt, AppendError> {
        self.change(|state| state.append(intake.clone()))
            .map(Receipt::committed)
    }

    fn ready(&self) -> Result<(), AppendError> {
        self.state().ready()
    }

    async fn next(&self, limit: usize) -> Result<Vec<Stored>, JournalError> {
        self.wait_for(|state| state.unrecorded(limit).transpose())
            .await
    }

    async fn record(&self, batch: &[Decoded]) -> Result<Tally, JournalError> {
        self.change(|state| Ok(state.opened()?.record(batch)))
    }

    async fn subscribe(&self, sink: &str) -> Result<(), JournalError> {
        self.change(|state| {
            state.opened()?.subscribe(sink);
            Ok(())
        })
    }

    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError> {
        self.change(|state| Ok(state.opened()?.claim(request)))
    }

    async fn settle(
        &self,
        sink: &str,
        owner: &str,
        settlements: &[Settlement],
    ) -> Result<(), JournalError> {
        self.change(|state| {
            state.opened()?.settle(sink, owner, settlements);
            Ok(())
        })
    }

    async fn begin(&self, sink: &str, event: EventPosition) -> Result<u32, JournalError> {
        self.change(|state| Ok(state.opened()?.begin(sink, event)))
    }

    fn stalls(&self) -> u32 {
        self.state().stalls
    }

    async fn revive(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        self.change(|state| Ok(state.opened()?.revive(sink, events)))
    }

    async fn discard(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        self.change(|state| Ok(state.opened()?.discard(sink, events)))
    }

    async fn replay(&self, replays: &[Replay]) -> Result<u64, JournalError> {
        self.change(|state| Ok(state.opened()?.replay(replays)))
    }

    async fn pause(&self, line: &Line, pause: Option<Pause>) -> Result<(), JournalError> {
        self.change(|state| {
            let pauses = &mut state.opened()?.pauses;
            match pause {
                Some(pause) => pauses.insert(line.clone(), pause),
                None => pauses.remove(line),
            };
            Ok(())
        })
    }

    async fn pauses(&self) -> Result<BTreeMap<Line, Pause>, JournalError> {
        Ok(self.state().opened()?.pauses.clone())
    }

    async fn undecoded(
        &self,
        after: LogPosition,
        limit: usize,
    ) -> Result<Vec<(Stored, Undecoded)>, JournalError> {
        Ok(self.state().opened()?.undecoded(after, limit))
    }

    async fn recorded_after(&self, position: EventPosition) -> Result<(), JournalError> {
        self.wait_for(|state| match state.opened() {
            Ok(state) => (state.head() > position).then_some(Ok(())),
            Err(stopped) => Some(Err(stopped)),
        })
        .await
    }

    async fn delivery(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        Ok(self.state().opened()?.delivery(position))
    }

    async fn stopped(&self) -> Fault {
        self.wait_for(|state| state.is_closed.then_some(Fault::Closed))
            .await
    }

    async fn close(&self) -> Result<(), JournalError> {
        self.change(|state| {
            state.opened()?.is_closed = true;
            Ok(())
        })
    }
}

/// Counts only: what it holds is nobody's to read in a log.
impl fmt::Debug for MemoryJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("MemoryJournal")
            .field("deliveries", &state.log.len())
            .field("events", &state.events.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Delivery, Verified};

    fn intake() -> Intake {
        Intake {
            endpoint: "support".into(),
            adapter: "acme".into(),
            delivery: Delivery::post("hunter2"),
            verified: Verified::unsigned(),
        }
    }

    #[tokio::test]
    async fn appends_fail_as_long_as_they_are_told_to() {
        let journal = MemoryJournal::new();

        journal.fail_appends(Some(AppendError::Full));
        let refused = journal.append(&intake()).await;
        journal.fail_appends(None);
        let taken = journal.append(&intake()).await;

        assert!(matches!(refused, Err(AppendError::Full)), "{refused:?}");
        assert!(taken.is_ok(), "{taken:?}");
        assert_eq!(journal.deliveries().len(), 1);
    }

    #[tokio::test]
    async fn debug_shows_counts_only() {
        let journal = MemoryJournal::new();

        let receipt = journal.append(&intake()).await.unwrap();

        assert_eq!(receipt.position(), LogPosition(1));
        assert_eq!(
            format!("{journal:?}"),
            "MemoryJournal { deliveries: 1, events: 0, .. }"
        );
    }
}
