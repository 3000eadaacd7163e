//! The journal on stage: with the faults of a store before it, and the ledger beside it.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use switchboard_core::journal::{
    AppendError, ClaimRequest, Claims, Decoded, EventPosition, Fault, Intake, Journal,
    JournalError, Line, LogPosition, Pause, Receipt, Replay, Settlement, Stored, Tally, Undecoded,
};

use super::ledger::Seen;
use super::trace::Entry;
use super::world::{State, World};

/// Hands every call on to `inner`, sooner or later or not at all.
#[derive(Debug)]
pub(super) struct Stage<J> {
    pub(super) inner: J,
    world: World,
}

impl<J> Stage<J> {
    pub(super) fn new(inner: J, world: World) -> Self {
        Self { inner, world }
    }

    /// Before a call: it may take a while, and fail without an effect.
    async fn before(&self) -> Result<(), JournalError> {
        self.linger().await;
        let mut state = self.world.state();
        let failing = state.store.failing;
        if failing == 0 || state.chance.u8(..) >= failing {
            return Ok(());
        }
        Err(if state.chance.bool() {
            JournalError::Busy
        } else {
            JournalError::Full
        })
    }

    /// Lets others go first, for no time or for some. Here the process may end, with the call's
    /// effect or without it.
    async fn linger(&self) {
        let (turns, millis) = {
            let State { chance, store, .. } = &mut *self.world.state();
            match chance.u8(..32) {
                _ if store.is_instant => (0, 0),
                0 if store.is_slow => (0, chance.u64(..180_000)),
                1..=8 if store.is_slow => (0, chance.u64(..3_000)),
                0 | 1 => (0, chance.u64(..20)),
                2..=6 => (chance.u8(1..4), 0),
                _ => (0, 0),
            }
        };
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        if millis > 0 {
            tokio::time::sleep(Duration::from_millis(millis)).await;
        }
    }

    /// Enters what a call did into the ledger.
    fn enter(&self, enter: impl FnOnce(&mut State) -> Seen) {
        let now = self.world.elapsed();
        let mut state = self.world.state();
        let seen = enter(&mut state);
        state.note(now, seen);
    }
}

#[async_trait]
impl<J: Journal> Journal for Stage<J> {
    async fn append(&self, intake: &Intake) -> Result<Receipt, AppendError> {
        self.inner.append(intake).await
    }

    /// Never answers: whoever runs the simulation decodes, so that no thread does.
    async fn next(&self, _limit: usize) -> Result<Vec<Stored>, JournalError> {
        std::future::pending().await
    }

    async fn record(&self, batch: &[Decoded]) -> Result<Tally, JournalError> {
        let tally = self.inner.record(batch).await?;
        self.enter(|state| {
            let events = batch
                .iter()
                .filter_map(|decoded| decoded.outcome.as_ref().ok());
            let events = events.flatten().map(|envelope| envelope.event());
            state.ledger.recorded(events, tally)
        });
        Ok(tally)
    }

    async fn subscribe(&self, sink: &str) -> Result<(), JournalError> {
        self.before().await?;
        self.inner.subscribe(sink).await
    }

    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError> {
        self.before().await?;
        let claims = self.inner.claim(request).await?;
        self.enter(|state| {
            let (sink, events) = state.ledger.sink(request.sink);
            sink.claimed(events, request, &claims.claims)
        });
        if !claims.claims.is_empty() {
            self.linger().await;
        }
        Ok(claims)
    }

    async fn settle(
        &self,
        sink: &str,
        owner: &str,
        settlements: &[Settlement],
    ) -> Result<(), JournalError> {
        self.before().await?;
        self.inner.settle(sink, owner, settlements).await?;
        let now = self.world.elapsed();
        self.enter(|state| {
            let State { ledger, trace, .. } = state;
            let (standing, events) = ledger.sink(sink);
            for settlement in settlements {
                if standing.settled(events, owner, settlement)? {
                    let entry = Entry::Settled {
                        sink: standing.terms.name,
                        position: settlement.position.0,
                        verdict: settlement.verdict.clone(),
                    };
                    trace.add(now, entry);
                }
            }
            Ok(())
        });
        self.linger().await;
        Ok(())
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
        self.before().await?;
        let count = self.inner.revive(sink, events).await?;
        self.enter(|state| {
            let (standing, recorded) = state.ledger.sink(sink);
            standing.revived(recorded, events, count)
        });
        self.linger().await;
        Ok(count)
    }

    async fn discard(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        self.before().await?;
        let count = self.inner.discard(sink, events).await?;
        self.enter(|state| {
            let (standing, recorded) = state.ledger.sink(sink);
            standing.discarded(recorded, events, count)
        });
        self.linger().await;
        Ok(count)
    }

    async fn replay(&self, replays: &[Replay]) -> Result<u64, JournalError> {
        self.before().await?;
        let count = self.inner.replay(replays).await?;
        self.enter(|state| state.ledger.replayed(replays, count));
        self.linger().await;
        Ok(count)
    }

    async fn pause(&self, line: &Line, pause: Option<Pause>) -> Result<(), JournalError> {
        self.before().await?;
        self.inner.pause(line, pause).await?;
        let Line::Sink(name) = line else {
            return Ok(());
        };
        self.enter(|state| {
            let (standing, _) = state.ledger.sink(name);
            standing.is_paused = pause.is_some();
            standing.paused_since = None;
            Ok(())
        });
        self.linger().await;
        if pause.is_some() {
            let now = self.world.elapsed();
            self.world.state().ledger.sink(name).0.paused_since = Some(now);
        }
        Ok(())
    }

    async fn pauses(&self) -> Result<BTreeMap<Line, Pause>, JournalError> {
        self.before().await?;
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
