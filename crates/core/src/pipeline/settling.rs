//! What the calls of one sink came to, on its way into the journal.

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::patience::patiently;
use crate::journal::{EventPosition, Journal, JournalError, Settlement, Verdict};

/// The events of one sink between their call and the commit that settles it. One commit is under way
/// at a time, and the next has all that ended meanwhile: so calls need not wait for the disk.
pub(super) struct Settling {
    journal: Arc<dyn Journal>,
    sink: String,
    owner: String,
    /// Of calls that have ended, for the next commit.
    ended: Vec<Settlement>,
    /// The commit under way, if any.
    commit: JoinSet<Result<Vec<EventPosition>, JournalError>>,
    /// Whether that commit leaves something that can be claimed again.
    gives_back: bool,
    /// The events of calls that are under way, or have ended and are not settled.
    unsettled: HashSet<EventPosition>,
}

impl Settling {
    pub(super) fn new(journal: Arc<dyn Journal>, sink: String, owner: String) -> Self {
        Self {
            journal,
            sink,
            owner,
            ended: Vec::new(),
            commit: JoinSet::new(),
            gives_back: false,
            unsettled: HashSet::new(),
        }
    }

    /// Calls for these events begin.
    pub(super) fn begin(&mut self, events: impl IntoIterator<Item = EventPosition>) {
        self.unsettled.extend(events);
    }

    /// No calls for these events are made after all.
    pub(super) fn give_up(&mut self, events: impl IntoIterator<Item = EventPosition>) {
        for event in events {
            self.unsettled.remove(&event);
        }
    }

    /// Calls have come to this.
    pub(super) fn end(&mut self, settlements: Vec<Settlement>) {
        self.ended.extend(settlements);
    }

    /// Whether a call for `event` is under way, or has ended and is not settled.
    pub(super) fn has(&self, event: EventPosition) -> bool {
        self.unsettled.contains(&event)
    }

    /// Whether every call that began is settled.
    pub(super) fn is_done(&self) -> bool {
        self.unsettled.is_empty()
    }

    /// Whether a commit is under way.
    pub(super) fn is_busy(&self) -> bool {
        !self.commit.is_empty()
    }

    /// Whether a commit is under way with events that can be claimed again, from then on and thus
    /// before we know of it.
    pub(super) fn gives_back(&self) -> bool {
        self.is_busy() && self.gives_back
    }

    /// Begins to commit what has ended, unless a commit is under way.
    pub(super) fn commit(&mut self) {
        if self.ended.is_empty() || self.is_busy() {
            return;
        }
        let settlements = std::mem::take(&mut self.ended);
        let is_over = |settlement: &Settlement| settlement.verdict == Verdict::Delivered;
        self.gives_back = !settlements.iter().all(is_over);
        let (sink, owner) = (self.sink.clone(), self.owner.clone());
        let journal = Arc::clone(&self.journal);
        self.commit.spawn(async move {
            patiently(|| journal.settle(&sink, &owner, &settlements)).await?;
            let events = settlements.iter().map(|settlement| settlement.position);
            Ok(events.collect())
        });
    }

    /// How many events the commit under way has settled, once it has; `None` when there is none. A
    /// dropped call does nothing.
    pub(super) async fn committed(&mut self) -> Option<Result<usize, JournalError>> {
        let committed = self.commit.join_next().await?;
        let settled = committed.unwrap_or_else(|panicked| resume_unwind(panicked.into_panic()));
        Some(settled.map(|events| {
            for event in &events {
                self.unsettled.remove(event);
            }
            events.len()
        }))
    }

    /// Settles events that no call was made for.
    pub(super) async fn settle(&self, settlements: &[Settlement]) -> Result<(), JournalError> {
        let (sink, owner) = (&self.sink, &self.owner);
        patiently(|| self.journal.settle(sink, owner, settlements)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::journal::MemoryJournal;

    fn settlement(event: u64, verdict: Verdict) -> Settlement {
        Settlement {
            position: EventPosition(event),
            verdict,
            attempt: None,
        }
    }

    #[tokio::test]
    async fn a_commit_gives_back_what_is_not_delivered() {
        let journal = Arc::new(MemoryJournal::new());
        journal.subscribe("crm").await.unwrap();
        let mut settling = Settling::new(journal, "crm".into(), "me".into());
        let delivered = settlement(1, Verdict::Delivered);
        let given_back = settlement(2, Verdict::Retry(Timestamp::UNIX_EPOCH));
        assert!(!settling.gives_back());

        settling.end(vec![delivered.clone()]);
        settling.commit();
        assert!(settling.is_busy() && !settling.gives_back());
        // What ends meanwhile goes into the next.
        settling.end(vec![delivered, given_back]);
        settling.commit();
        assert!(!settling.gives_back());
        settling.committed().await.unwrap().unwrap();

        settling.commit();
        assert!(settling.gives_back());
        assert_eq!(settling.committed().await.unwrap().unwrap(), 2);
        assert!(!settling.gives_back());
    }
}
