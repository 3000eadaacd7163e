//! Steps 10 and 11: one loop a sink, which claims its events, calls it, and settles.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::attempt::{Ended, attempt};
use super::patience::patiently;
use super::rest::Rest;
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
    let dispatch = Dispatch {
        owner: format!("{:016x}", fastrand::u64(..)),
        rest: Rest::new(subscription.calls()),
        subscription: Arc::new(subscription),
        journal,
        clock,
        calls: JoinSet::new(),
        is_gone: false,
    };
    dispatch.run(stop).await
}

struct Dispatch {
    subscription: Arc<Subscription>,
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    owner: String,
    calls: JoinSet<Ended>,
    rest: Rest,
    /// Whether the sink wants no more events at all.
    is_gone: bool,
}

impl Dispatch {
    async fn run(mut self, stop: CancellationToken) -> Result<(), JournalError> {
        let (journal, clock) = (Arc::clone(&self.journal), Arc::clone(&self.clock));
        while !stop.is_cancelled() {
            let next = self.start().await?;
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = self.calls.join_next() => self.collect(ended).await?,
                waited = wait(&*journal, &*clock, next) => waited?,
            }
        }
        while let Some(ended) = self.calls.join_next().await {
            self.collect(ended).await?;
        }
        Ok(())
    }

    /// Starts as many calls as may be under way and as there are events for.
    async fn start(&mut self) -> Result<Next, JournalError> {
        let resting = self.rest.remaining(self.clock.now());
        let free = self.subscription.calls().saturating_sub(self.calls.len());
        if free == 0 || self.is_gone {
            return Ok(Next::WhenACallEnds);
        }
        if !resting.is_zero() {
            return Ok(Next::After(resting));
        }
        let Claims {
            claims,
            next_due,
            head,
        } = self.claim(free).await?;
        if claims.is_empty() {
            return Ok(Next::WhenThereIsNews { head, next_due });
        }
        self.call(claims);
        Ok(Next::AtOnce)
    }

    async fn claim(&self, calls: usize) -> Result<Claims, JournalError> {
        let request = ClaimRequest {
            sink: &self.subscription.name,
            filter: &self.subscription.filter,
            order: self.subscription.order,
            owner: &self.owner,
            now: self.clock.now(),
            lease: self.subscription.timeout.saturating_add(LEASE_MARGIN),
            limit: calls.saturating_mul(self.subscription.batch()),
        };
        patiently(|| self.journal.claim(&request)).await
    }

    /// Starts a call for every batch of claims.
    fn call(&mut self, claims: Vec<Claim>) {
        let mut claims = claims.into_iter();
        loop {
            let batch: Vec<Claim> = claims.by_ref().take(self.subscription.batch()).collect();
            if batch.is_empty() {
                break;
            }
            let (subscription, clock) = (Arc::clone(&self.subscription), Arc::clone(&self.clock));
            self.calls.spawn(attempt(subscription, batch, clock));
        }
    }

    /// Settles a call that has ended, and all others that have by now, in one commit.
    async fn collect(&mut self, first: Result<Ended, JoinError>) -> Result<(), JournalError> {
        let mut settlements = Vec::new();
        let mut ended = Some(first);
        while let Some(call) = ended {
            let call = call.expect("an attempt is fenced against panics");
            self.note(&call);
            settlements.extend(call.settlements);
            ended = self.calls.try_join_next();
        }
        self.report(&settlements);
        self.settle(&settlements).await
    }

    /// Notes what a call tells about the sink.
    fn note(&mut self, call: &Ended) {
        if call.is_gone && !self.is_gone {
            self.is_gone = true;
            let sink = &self.subscription.name;
            error!(
                sink,
                "The sink wants no more events; it is paused until the next start."
            );
        }
        if call.is_answered {
            self.rest.answered();
        } else {
            self.rest.unanswered(self.clock.now());
        }
    }

    fn report(&self, settlements: &[Settlement]) {
        let sink = &self.subscription.name;
        for settlement in settlements {
            let event = settlement.position;
            let attempt = settlement.attempt.as_ref();
            let failure = attempt.and_then(|attempt| attempt.failure.as_ref());
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

    async fn settle(&self, settlements: &[Settlement]) -> Result<(), JournalError> {
        let (sink, owner) = (&self.subscription.name, &self.owner);
        patiently(|| self.journal.settle(sink, owner, settlements)).await
    }
}

/// When to look for events again; whenever a call ends, in any case.
enum Next {
    AtOnce,
    /// As many calls as allowed are under way, or none are wanted any more.
    WhenACallEnds,
    /// The sink rests.
    After(Duration),
    /// When an event was recorded after `head`, or when one is due.
    WhenThereIsNews {
        head: EventPosition,
        next_due: Option<Timestamp>,
    },
}

async fn wait(journal: &dyn Journal, clock: &dyn Clock, next: Next) -> Result<(), JournalError> {
    match next {
        Next::AtOnce => Ok(()),
        Next::WhenACallEnds => std::future::pending().await,
        Next::After(pause) => {
            tokio::time::sleep(pause).await;
            Ok(())
        }
        Next::WhenThereIsNews { head, next_due } => {
            let pause = next_due.map_or(LONGEST_WAIT, |due| due.since(clock.now()));
            tokio::select! {
                recorded = journal.recorded_after(head) => recorded,
                () = tokio::time::sleep(pause.min(LONGEST_WAIT)) => Ok(()),
            }
        }
    }
}
