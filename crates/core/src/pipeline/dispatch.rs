//! Steps 10 and 11: one loop a sink, which claims its events, calls it, and settles.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::FULL_DISK_PAUSE;
use super::attempt::{Ended, attempt};
use super::subscription::Subscription;
use crate::journal::{
    Claim, ClaimRequest, Claims, EventPosition, Journal, JournalError, Settlement, Verdict,
};
use crate::{Clock, Timestamp};

/// How much longer than one call a claim lasts: enough to settle it on a slow disk.
const LEASE_MARGIN: Duration = Duration::from_secs(60);

/// The longest wait for what is due, so that a wall clock that was set back delays nothing for long.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Brings events of `journal` to one sink until `stop`, then lets the calls under way end.
pub(super) async fn run(
    subscription: Subscription,
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) -> Result<(), JournalError> {
    let owner = format!("{:016x}", fastrand::u64(..));
    let subscription = Arc::new(subscription);
    Dispatch {
        subscription,
        journal,
        clock,
        owner,
        calls: JoinSet::new(),
    }
    .run(stop)
    .await
}

struct Dispatch {
    subscription: Arc<Subscription>,
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    owner: String,
    calls: JoinSet<Ended>,
}

impl Dispatch {
    async fn run(mut self, stop: CancellationToken) -> Result<(), JournalError> {
        let (journal, clock) = (Arc::clone(&self.journal), Arc::clone(&self.clock));
        while !stop.is_cancelled() {
            let next = self.start().await?;
            if matches!(next, Next::More) {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = self.calls.join_next() => {
                    if self.collect(ended).await? {
                        let sink = &self.subscription.name;
                        error!(sink, "The sink wants no more events; it is paused.");
                        stop.cancelled().await;
                    }
                }
                waited = news(&*journal, &*clock, next) => waited?,
            }
        }
        while let Some(ended) = self.calls.join_next().await {
            self.collect(ended).await?;
        }
        Ok(())
    }

    /// Starts as many calls as may be under way and as there are events for.
    async fn start(&mut self) -> Result<Next, JournalError> {
        let free = self.subscription.calls().saturating_sub(self.calls.len());
        if free == 0 {
            return Ok(Next::WhenACallEnds);
        }
        let Claims {
            claims,
            next_due,
            head,
        } = self.claim(free).await?;
        if claims.is_empty() {
            return Ok(Next::WhenThereIsNews { head, next_due });
        }
        let unmatched = self.call(claims);
        if !unmatched.is_empty() {
            self.settle(&unmatched).await?;
        }
        Ok(Next::More)
    }

    async fn claim(&self, calls: usize) -> Result<Claims, JournalError> {
        let request = ClaimRequest {
            sink: &self.subscription.name,
            owner: &self.owner,
            now: self.clock.now(),
            lease: self.subscription.timeout + LEASE_MARGIN,
            limit: calls * self.subscription.sink.max_batch().max(1),
        };
        self.journal.claim(&request).await
    }

    /// Starts a call for every batch of claims that match; answers how to settle the others.
    fn call(&mut self, claims: Vec<Claim>) -> Vec<Settlement> {
        let wanted = |claim: &Claim| self.subscription.wants(claim.envelope.event());
        let (matching, others): (Vec<_>, Vec<_>) = claims.into_iter().partition(wanted);
        let mut matching = matching.into_iter();
        loop {
            let max_batch = self.subscription.sink.max_batch().max(1);
            let batch: Vec<Claim> = matching.by_ref().take(max_batch).collect();
            if batch.is_empty() {
                break;
            }
            let (subscription, clock) = (Arc::clone(&self.subscription), Arc::clone(&self.clock));
            self.calls.spawn(attempt(subscription, batch, clock));
        }
        let unmatched = |claim: Claim| Settlement {
            position: claim.position,
            verdict: Verdict::Unmatched,
            attempt: None,
        };
        others.into_iter().map(unmatched).collect()
    }

    /// Settles a call that has ended, and all others that have by now, in one commit. Answers
    /// whether the sink is gone.
    async fn collect(
        &mut self,
        first: Result<Ended, tokio::task::JoinError>,
    ) -> Result<bool, JournalError> {
        let mut ended = first.expect("an attempt is fenced against panics");
        while let Some(another) = self.calls.try_join_next() {
            let another = another.expect("an attempt is fenced against panics");
            ended.settlements.extend(another.settlements);
            ended.is_gone |= another.is_gone;
        }
        self.report(&ended.settlements);
        self.settle(&ended.settlements).await?;
        Ok(ended.is_gone)
    }

    fn report(&self, settlements: &[Settlement]) {
        let sink = &self.subscription.name;
        for settlement in settlements {
            let event = settlement.position;
            let failure = settlement
                .attempt
                .as_ref()
                .and_then(|attempt| attempt.failure.as_ref());
            match (&settlement.verdict, failure) {
                (Verdict::Retry(due), Some(failure)) => {
                    warn!(sink, %event, %due, failure, "The sink did not take the event.");
                }
                (Verdict::Dead(cause), Some(failure)) => {
                    error!(sink, %event, ?cause, failure, "The event is a dead letter now.");
                }
                _ => {}
            }
        }
    }

    /// Settles, for as long as the disk is full.
    async fn settle(&self, settlements: &[Settlement]) -> Result<(), JournalError> {
        loop {
            match self
                .journal
                .settle(&self.subscription.name, &self.owner, settlements)
                .await
            {
                Err(error) if error.is_transient() => {
                    warn!(sink = self.subscription.name, %error, "Attempts cannot be settled now.");
                    tokio::time::sleep(FULL_DISK_PAUSE).await;
                }
                settled => return settled,
            }
        }
    }
}

/// When to look for events again.
enum Next {
    /// At once.
    More,
    /// When a call has ended: as many as allowed are under way.
    WhenACallEnds,
    /// When an event was recorded after `head`, or when one is due.
    WhenThereIsNews {
        head: EventPosition,
        next_due: Option<Timestamp>,
    },
}

/// Waits until there may be something to claim.
async fn news(journal: &dyn Journal, clock: &dyn Clock, next: Next) -> Result<(), JournalError> {
    let Next::WhenThereIsNews { head, next_due } = next else {
        return std::future::pending().await;
    };
    let wait = next_due.map_or(LONGEST_WAIT, |due| due.since(clock.now()));
    tokio::select! {
        recorded = journal.recorded_after(head) => recorded,
        () = tokio::time::sleep(wait.min(LONGEST_WAIT)) => Ok(()),
    }
}
