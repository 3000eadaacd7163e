//! Steps 10 and 11: one loop a sink, which claims its events, calls it, and settles.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::attempt::{Ended, attempt};
use super::bell::Listener;
use super::breaker::{Breaker, BreakerState, Room};
use super::control::Control;
use super::pace::Pace;
use super::patience::patiently;
use super::subscription::Subscription;
use crate::Timestamp;
use crate::journal::{
    Cause, Claim, ClaimRequest, Claims, EventPosition, JournalError, Line, PausedBy, Settlement,
    Verdict,
};

/// How much longer than one call a claim lasts: enough to settle it on a slow disk.
const LEASE_MARGIN: Duration = Duration::from_secs(60);

/// The longest wait for what is due, so that a wall clock that was set back delays nothing for long.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// An event is not given to a sink again that was in flight at so many crashes.
const MOST_CRASHES: u32 = 3;

/// Brings events to one sink.
pub(super) struct Dispatch {
    subscription: Arc<Subscription>,
    line: Line,
    control: Control,
    owner: String,
    random: fastrand::Rng,
    breaker: Breaker,
    pace: Option<Pace>,
    calls: JoinSet<Ended>,
    /// Claims that were in flight at a crash: each is called for when nothing else is.
    suspects: VecDeque<Claim>,
    /// The events of calls that are under way, or have ended and are not settled.
    unsettled: HashSet<EventPosition>,
    listener: Listener,
}

impl Dispatch {
    pub(super) fn new(
        subscription: Subscription,
        control: Control,
        mut random: fastrand::Rng,
    ) -> Self {
        Self {
            line: Line::Sink(subscription.name.clone()),
            owner: format!("{:016x}", random.u64(..)),
            breaker: Breaker::new(subscription.calls()),
            pace: subscription.rate.map(Pace::new),
            calls: JoinSet::new(),
            suspects: VecDeque::new(),
            unsettled: HashSet::new(),
            listener: control.bell.listen(),
            subscription: Arc::new(subscription),
            random,
            control,
        }
    }

    /// Brings events to the sink until `stop`, then lets the calls under way end.
    pub(super) async fn run(mut self, stop: CancellationToken) -> Result<(), JournalError> {
        while !stop.is_cancelled() {
            let next = self.start().await?;
            let (control, listener) = (self.control.clone(), &self.listener);
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(ended) = self.calls.join_next() => self.collect(ended).await?,
                () = listener.rung() => {}
                waited = wait(&control, next) => waited?,
            }
        }
        while let Some(ended) = self.calls.join_next().await {
            self.collect(ended).await?;
        }
        Ok(())
    }

    /// Starts as many calls as may be under way and as there are events for.
    async fn start(&mut self) -> Result<Next, JournalError> {
        self.listener.hear();
        if self.control.pauses.has(&self.line) {
            return Ok(Next::WhenACallEnds);
        }
        let now = self.control.clock.now();
        let calls = match self.breaker.room(now) {
            Room::Calls(calls) => calls.saturating_sub(self.calls.len()),
            Room::After(rest) => return Ok(Next::After(rest)),
        };
        if calls == 0 || (!self.suspects.is_empty() && !self.calls.is_empty()) {
            return Ok(Next::WhenACallEnds);
        }
        if let Some(suspect) = self.suspects.pop_front() {
            self.call_for(suspect).await?;
            return Ok(Next::AtOnce);
        }
        let mut events = calls.saturating_mul(self.subscription.batch());
        if let Some(pace) = &self.pace {
            match pace.room(events, now) {
                Ok(room) => events = room,
                Err(pause) => return Ok(Next::After(pause)),
            }
        }
        let Claims {
            mut claims,
            next_due,
            head,
        } = self.claim(events, now).await?;
        if claims.is_empty() {
            return Ok(Next::WhenThereIsNews { head, next_due });
        }
        // A lease runs out early when the clock is set ahead, or the disk stalls for minutes. The
        // claim renews it then; the sink has the event.
        claims.retain(|claim| !self.unsettled.contains(&claim.position));
        if self.control.pauses.has(&self.line) {
            self.hand_back(&claims, now).await?;
            return Ok(Next::WhenACallEnds);
        }
        if let Some(pace) = &mut self.pace {
            pace.gave(claims.len(), now);
        }
        if self.subscription.sink.can_crash() {
            let (suspects, others): (Vec<_>, _) =
                claims.into_iter().partition(|claim| claim.is_suspect);
            self.suspects.extend(suspects);
            self.call(others);
        } else {
            self.call(claims);
        }
        Ok(Next::AtOnce)
    }

    /// Calls for one event that was in flight at a crash, unless it was at too many.
    async fn call_for(&mut self, suspect: Claim) -> Result<(), JournalError> {
        let (sink, event) = (&self.subscription.name, suspect.position);
        let begun = patiently(|| self.control.journal.begin(sink, event)).await?;
        // The first crash, after which it was a suspect, and one more for each time before this.
        if begun < MOST_CRASHES {
            self.call(vec![suspect]);
            return Ok(());
        }
        error!(
            sink,
            %event,
            "The process ended three times over this event; it is a dead letter now."
        );
        let dead = Settlement {
            position: event,
            verdict: Verdict::Dead(Cause::Crashed),
            attempt: None,
        };
        patiently(|| {
            self.control
                .journal
                .settle(sink, &self.owner, std::slice::from_ref(&dead))
        })
        .await
    }

    async fn claim(&self, limit: usize, now: Timestamp) -> Result<Claims, JournalError> {
        let request = ClaimRequest {
            sink: &self.subscription.name,
            filter: &self.subscription.filter,
            order: self.subscription.order,
            owner: &self.owner,
            now,
            lease: self.subscription.timeout.saturating_add(LEASE_MARGIN),
            limit,
        };
        patiently(|| self.control.journal.claim(&request)).await
    }

    /// Gives up claims that nothing was done with.
    async fn hand_back(&self, claims: &[Claim], now: Timestamp) -> Result<(), JournalError> {
        let settle = |claim: &Claim| Settlement {
            position: claim.position,
            verdict: Verdict::Retry(now),
            attempt: None,
        };
        let settlements: Vec<Settlement> = claims.iter().map(settle).collect();
        let (sink, owner) = (&self.subscription.name, &self.owner);
        patiently(|| self.control.journal.settle(sink, owner, &settlements)).await
    }

    /// Starts a call for every batch of claims.
    fn call(&mut self, claims: Vec<Claim>) {
        let positions = claims.iter().map(|claim| claim.position);
        self.unsettled.extend(positions);
        let mut claims = claims.into_iter();
        loop {
            let batch: Vec<Claim> = claims.by_ref().take(self.subscription.batch()).collect();
            if batch.is_empty() {
                break;
            }
            let (subscription, clock) = (
                Arc::clone(&self.subscription),
                Arc::clone(&self.control.clock),
            );
            let chance = self.random.f64();
            self.calls
                .spawn(attempt(subscription, batch, clock, chance));
        }
        self.show();
    }

    /// Settles a call that has ended, and all others that have by now, in one commit.
    async fn collect(&mut self, first: Result<Ended, JoinError>) -> Result<(), JournalError> {
        let mut settlements = Vec::new();
        let mut ended = Some(first);
        while let Some(call) = ended {
            let call = call.expect("an attempt is fenced against panics");
            self.note(&call).await?;
            settlements.extend(call.settlements);
            ended = self.calls.try_join_next();
        }
        for settlement in &settlements {
            self.unsettled.remove(&settlement.position);
        }
        self.report(&settlements);
        self.show();
        let (sink, owner) = (&self.subscription.name, &self.owner);
        patiently(|| self.control.journal.settle(sink, owner, &settlements)).await
    }

    /// Notes what a call tells about the sink.
    async fn note(&mut self, call: &Ended) -> Result<(), JournalError> {
        let sink = &self.subscription.name;
        let before = self.breaker.state();
        if call.outcome.is_trouble() {
            self.breaker.failed(self.control.clock.now());
        } else {
            self.breaker.succeeded();
        }
        if before == BreakerState::Closed && self.breaker.state() == BreakerState::Open {
            warn!(
                sink,
                "The sink is in trouble; it is called again in a moment."
            );
        }
        self.control
            .board
            .note(sink, |status| call.outcome.count(status, call.took));
        if call.outcome.is_gone() {
            let now = self.control.clock.now();
            let pauses = &self.control.pauses;
            if patiently(|| Box::pin(pauses.pause(&self.line, PausedBy::Gone, now))).await? {
                error!(
                    sink,
                    "The sink wants no more events; it is paused until somebody resumes it."
                );
            }
        }
        Ok(())
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

    fn show(&self) {
        let (under_way, breaker) = (self.calls.len(), self.breaker.state());
        self.control.board.note(&self.subscription.name, |status| {
            status.under_way = under_way;
            status.breaker = breaker;
        });
    }
}

/// When to look for events again; whenever a call ends or something is paused or resumed, in any
/// case.
enum Next {
    AtOnce,
    /// As many calls as allowed are under way, or none are wanted.
    WhenACallEnds,
    /// The sink rests, or was given as much as it may be.
    After(Duration),
    /// When an event was recorded after `head`, or when one is due.
    WhenThereIsNews {
        head: EventPosition,
        next_due: Option<Timestamp>,
    },
}

async fn wait(control: &Control, next: Next) -> Result<(), JournalError> {
    match next {
        Next::AtOnce => Ok(()),
        Next::WhenACallEnds => std::future::pending().await,
        Next::After(pause) => {
            tokio::time::sleep(pause).await;
            Ok(())
        }
        Next::WhenThereIsNews { head, next_due } => {
            let pause = next_due.map_or(LONGEST_WAIT, |due| due.since(control.clock.now()));
            tokio::select! {
                biased;
                recorded = control.journal.recorded_after(head) => recorded,
                () = tokio::time::sleep(pause.min(LONGEST_WAIT)) => Ok(()),
            }
        }
    }
}
