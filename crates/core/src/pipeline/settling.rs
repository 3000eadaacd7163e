//! What the calls of one sink came to, on its way into the journal.

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::patience::patiently;
use crate::journal::{EventPosition, Journal, JournalError, Order, Settlement, Verdict};

/// The events of one sink between their call and the commit that settles it. One commit is under way
/// at a time, and the next has all that ended meanwhile: so calls need not wait for the disk.
pub(super) struct Settling {
    journal: Arc<dyn Journal>,
    sink: String,
    owner: String,
    order: Order,
    /// Of calls that have ended, for the next commit.
    ended: Vec<Settlement>,
    /// The commit under way, if any.
    commit: JoinSet<Result<Vec<EventPosition>, JournalError>>,
    /// Whether claims go on beside that commit.
    is_beside_claims: bool,
    /// The events of calls that are under way, or have ended and are not settled.
    unsettled: HashSet<EventPosition>,
}

impl Settling {
    pub(super) fn new(
        journal: Arc<dyn Journal>,
        sink: String,
        owner: String,
        order: Order,
    ) -> Self {
        Self {
            journal,
            sink,
            owner,
            order,
            ended: Vec::new(),
            commit: JoinSet::new(),
            is_beside_claims: false,
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

    /// Whether events may be claimed now.
    pub(super) fn may_claim(&self) -> bool {
        self.commit.is_empty() || self.is_beside_claims
    }

    /// Begins to commit what has ended where claims go on beside it, unless a commit is under way.
    pub(super) fn commit_beside_claims(&mut self) {
        if self.leaves_claims_alone() {
            self.commit();
        }
    }

    /// Whether a claim beside a commit of what has ended is right, and of use: what is given back must
    /// not be claimed before we know that it is, and in an order the next of a lane can be claimed
    /// after it.
    fn leaves_claims_alone(&self) -> bool {
        let is_over = |settlement: &Settlement| settlement.verdict == Verdict::Delivered;
        self.order == Order::None && self.ended.iter().all(is_over)
    }

    /// Begins to commit what has ended, unless a commit is under way.
    pub(super) fn commit(&mut self) {
        if self.ended.is_empty() || !self.commit.is_empty() {
            return;
        }
        self.is_beside_claims = self.leaves_claims_alone();
        let settlements = std::mem::take(&mut self.ended);
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

    /// What a sink of `order` does with what its calls came to.
    async fn settling(order: Order) -> Settling {
        let journal = Arc::new(MemoryJournal::new());
        journal.subscribe("crm").await.unwrap();
        Settling::new(journal, "crm".into(), "me".into(), order)
    }

    #[tokio::test]
    async fn claims_go_on_beside_a_commit_of_what_is_delivered() {
        let mut settling = settling(Order::None).await;
        let delivered = settlement(1, Verdict::Delivered);
        let given_back = settlement(2, Verdict::Retry(Timestamp::UNIX_EPOCH));
        assert!(settling.may_claim());

        settling.end(vec![delivered.clone()]);
        settling.commit_beside_claims();
        assert!(settling.may_claim());
        // What ends meanwhile goes into the next.
        settling.end(vec![delivered, given_back]);
        settling.commit();
        assert!(settling.may_claim());
        assert_eq!(settling.committed().await.unwrap().unwrap(), 1);

        settling.commit_beside_claims();
        assert!(settling.may_claim(), "it waits for a claim");
        settling.commit();
        assert!(!settling.may_claim());
        assert_eq!(settling.committed().await.unwrap().unwrap(), 2);
        assert!(settling.may_claim());
    }

    #[tokio::test]
    async fn in_an_order_claims_come_first_and_wait_for_the_commit() {
        let order = Order::Lanes {
            wait_for_dead: false,
        };
        let mut settling = settling(order).await;
        settling.end(vec![settlement(1, Verdict::Delivered)]);

        settling.commit_beside_claims();
        assert!(settling.may_claim());
        settling.commit();
        assert!(!settling.may_claim());

        assert_eq!(settling.committed().await.unwrap().unwrap(), 1);
        assert!(settling.may_claim());
    }
}
