//! Steps 10 and 11: one loop a sink, which claims its events, calls it, and settles.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::attempt::Ended;
use super::bell::Listener;
use super::breaker::{Breaker, BreakerState, Room};
use super::calls::Calls;
use super::control::Control;
use super::pace::Pace;
use super::patience::patiently;
use super::settling::Settling;
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
    breaker: Breaker,
    pace: Option<Pace>,
    /// Claims that are called for when there is room.
    ready: VecDeque<Claim>,
    /// So many more are claimed than there is room for: as many as the last commit settled.
    ahead: usize,
    calls: Calls,
    settling: Settling,
    /// Claims that were in flight at a crash: each is called for when nothing else is.
    suspects: VecDeque<Claim>,
    listener: Listener,
}

impl Dispatch {
    pub(super) fn new(
        subscription: Subscription,
        control: Control,
        mut random: fastrand::Rng,
    ) -> Self {
        let (journal, sink) = (Arc::clone(&control.journal), subscription.name.clone());
        let owner = format!("{:016x}", random.u64(..));
        let subscription = Arc::new(subscription);
        Self {
            line: Line::Sink(sink.clone()),
            settling: Settling::new(journal, sink, owner.clone(), subscription.order),
            owner,
            breaker: Breaker::new(subscription.calls()),
            pace: subscription.rate.map(Pace::new),
            ready: VecDeque::new(),
            ahead: 0,
            calls: Calls::new(
                Arc::clone(&subscription),
                Arc::clone(&control.clock),
                random,
            ),
            suspects: VecDeque::new(),
            listener: control.bell.listen(),
            subscription,
            control,
        }
    }

    /// Brings events to the sink until `stop`, then lets the calls under way end.
    pub(super) async fn run(mut self, stop: CancellationToken) -> Result<(), JournalError> {
        while !stop.is_cancelled() {
            // A claim that would wait for a commit comes before it, so that other calls begin meanwhile.
            self.settling.commit_beside_claims();
            let next = self.start().await?;
            self.settling.commit();
            let (control, listener) = (self.control.clone(), &self.listener);
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(settled) = self.settling.committed() => self.ahead = settled?,
                Some(ended) = self.calls.ended() => self.collect(ended).await?,
                () = listener.rung() => {}
                waited = wait(&control, next) => waited?,
            }
        }
        self.hand_back().await?;
        loop {
            self.settling.commit();
            tokio::select! {
                biased;
                Some(settled) = self.settling.committed() => { settled?; }
                Some(ended) = self.calls.ended() => self.collect(ended).await?,
                else => return Ok(()),
            }
        }
    }

    /// Starts as many calls as may be under way and as there are events for.
    async fn start(&mut self) -> Result<Next, JournalError> {
        self.listener.hear();
        if self.control.pauses.has(&self.line) {
            self.hand_back().await?;
            return Ok(Next::WhenACallEnds);
        }
        let now = self.control.clock.now();
        let calls = match self.breaker.room(now) {
            Room::Calls(calls) => calls.saturating_sub(self.calls.under_way()),
            Room::After(rest) => {
                self.take_back();
                return Ok(Next::After(rest));
            }
        };
        if calls == 0 || (!self.suspects.is_empty() && !self.settling.is_done()) {
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
        if self.ready.is_empty() && self.calls.is_drained() {
            if !self.settling.may_claim() {
                return Ok(Next::WhenACallEnds);
            }
            if let Some(next) = self.claim(events, now).await? {
                return Ok(next);
            }
        }
        // Who keeps to a pace is given no more than is called for now.
        let given = self.pace.as_ref().map_or(usize::MAX, |_| events);
        let given: Vec<Claim> = self.ready.drain(..given.min(self.ready.len())).collect();
        if let Some(pace) = &mut self.pace {
            pace.gave(given.len(), now);
        }
        self.call(given, calls);
        Ok(Next::AtOnce)
    }

    /// Takes back what nobody has called for: there is to be no call for now.
    fn take_back(&mut self) {
        let claims = self.calls.take_back();
        self.settling
            .give_up(claims.iter().map(|claim| claim.position));
        for claim in claims.into_iter().rev() {
            self.ready.push_front(claim);
        }
    }

    /// Claims events, `wanted` of which can be called for now. Answers when to look again where that
    /// leaves nothing to be called for.
    async fn claim(&mut self, wanted: usize, now: Timestamp) -> Result<Option<Next>, JournalError> {
        // Who keeps to a pace has time to claim.
        let ahead = self.pace.as_ref().map_or(self.ahead, |_| 0);
        let request = ClaimRequest {
            sink: &self.subscription.name,
            filter: &self.subscription.filter,
            order: self.subscription.order,
            owner: &self.owner,
            now,
            lease: self.subscription.timeout.saturating_add(LEASE_MARGIN),
            limit: wanted.saturating_add(ahead),
        };
        let Claims {
            mut claims,
            next_due,
            head,
        } = patiently(|| self.control.journal.claim(&request)).await?;
        if claims.is_empty() {
            return Ok(Some(Next::WhenThereIsNews { head, next_due }));
        }
        // A lease runs out early when the clock is set ahead, or the disk stalls for minutes. The
        // claim renews it then; the sink has the event.
        claims.retain(|claim| !self.settling.has(claim.position));
        let can_crash = self.subscription.sink.can_crash();
        for claim in claims {
            if can_crash && claim.is_suspect {
                self.suspects.push_back(claim);
            } else {
                self.ready.push_back(claim);
            }
        }
        let is_paused = self.control.pauses.has(&self.line);
        // Where it is paused, or only suspects are left, the next look sees to that.
        Ok((is_paused || self.ready.is_empty()).then_some(Next::AtOnce))
    }

    /// Calls for one event that was in flight at a crash, unless it was at too many.
    async fn call_for(&mut self, suspect: Claim) -> Result<(), JournalError> {
        let (sink, event) = (&self.subscription.name, suspect.position);
        let begun = patiently(|| self.control.journal.begin(sink, event)).await?;
        // The first crash, after which it was a suspect, and one more for each time before this.
        if begun < MOST_CRASHES {
            self.call(vec![suspect], 1);
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
        self.settling.settle(&[dead]).await
    }

    /// Gives up the claims that nothing was done with.
    async fn hand_back(&mut self) -> Result<(), JournalError> {
        self.take_back();
        let now = self.control.clock.now();
        let settle = |claim: Claim| Settlement {
            position: claim.position,
            verdict: Verdict::Retry(now),
            attempt: None,
        };
        let settlements: Vec<Settlement> = self.ready.drain(..).map(settle).collect();
        if settlements.is_empty() {
            return Ok(());
        }
        self.settling.settle(&settlements).await
    }

    /// Lets claims be called for, by at most so many more callers.
    fn call(&mut self, claims: Vec<Claim>, callers: usize) {
        self.settling
            .begin(claims.iter().map(|claim| claim.position));
        self.calls.call(claims, callers);
        self.show();
    }

    /// Notes calls that have ended.
    async fn collect(&mut self, ended: Vec<Ended>) -> Result<(), JournalError> {
        for call in ended {
            self.note(&call).await?;
            self.report(&call.settlements);
            self.settling.end(call.settlements);
        }
        self.show();
        Ok(())
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
        let (under_way, breaker) = (self.calls.under_way(), self.breaker.state());
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
