//! How one sink stands to every event, and what may be done to it next.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use switchboard_core::journal::{
    Attempt, Claim, ClaimRequest, EventPosition, LONGEST_PAUSE, Order, Settlement, Verdict,
};
use switchboard_core::{Filter, Timestamp};

use super::answer::Answer;
use super::bucket::Bucket;
use super::ledger::{Recorded, Seen, broken};
use super::terms::Terms;

/// One sink's account.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) terms: Terms,
    pub(super) delivered: u64,
    pub(super) expired: u64,
    /// Whether the journal has it paused.
    pub(super) is_paused: bool,
    /// Since when the process knows that.
    pub(super) paused_since: Option<Duration>,
    /// By position, from 1.
    entries: Vec<Entry>,
    /// What is not finished, by lane.
    open: Vec<BTreeSet<u64>>,
    /// Dead letters, by lane.
    dead: Vec<BTreeSet<u64>>,
    /// The order it was last claimed for in, and by whom.
    order: Order,
    owner: String,
    /// What judged events, and up to which one.
    filters: Vec<(Arc<Filter>, u64)>,
    bucket: Bucket,
    calls: usize,
    trouble_in_a_row: usize,
    last_call_ended: Duration,
    jumped: Duration,
}

#[derive(Debug)]
struct Entry {
    state: State,
    is_wanted: bool,
    attempts: u32,
    first_attempt: Option<Timestamp>,
    due: Option<Timestamp>,
    lease: Option<(String, Timestamp)>,
    claimed: Timestamp,
    call: Call,
    called: Duration,
    /// How often the sink took it, and how often nobody could know that.
    takes: u32,
    excuses: u32,
    is_taken: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Open,
    Delivered,
    Dead,
    Expired,
}

/// What came of the claim that holds an event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Call {
    None,
    UnderWay,
    Ended(Answer),
}

/// After so many calls in a row that found the sink in trouble it must be at rest: as many more than
/// it takes as can have been under way.
fn too_many(terms: &Terms) -> usize {
    2 * terms.calls() + 1
}

impl Standing {
    pub(super) fn new(terms: Terms) -> Self {
        Self {
            delivered: 0,
            expired: 0,
            is_paused: false,
            paused_since: None,
            entries: Vec::new(),
            open: Vec::new(),
            dead: Vec::new(),
            order: terms.order,
            owner: String::new(),
            filters: Vec::new(),
            bucket: Bucket::default(),
            calls: 0,
            trouble_in_a_row: 0,
            last_call_ended: Duration::ZERO,
            jumped: Duration::ZERO,
            terms,
        }
    }

    pub(super) fn recorded(&mut self, position: EventPosition, lane: usize) {
        if lane >= self.open.len() {
            self.open.resize_with(lane + 1, BTreeSet::new);
            self.dead.resize_with(lane + 1, BTreeSet::new);
        }
        self.entries.push(Entry::new());
        self.open[lane].insert(position.0);
    }

    /// Every dead letter.
    pub(super) fn dead_letters(&self) -> impl Iterator<Item = EventPosition> {
        self.dead.iter().flatten().copied().map(EventPosition)
    }

    pub(super) fn restarted(&mut self, now: Duration) {
        for entry in &mut self.entries {
            entry.unleash();
        }
        self.calls = 0;
        self.paused_since = self.is_paused.then_some(now);
        self.owner.clear();
    }

    pub(super) fn jumped(&mut self, now: Duration) {
        self.jumped = now;
        self.trouble_in_a_row = 0;
        self.bucket = Bucket::default();
    }

    /// The journal answered a claim.
    pub(super) fn claimed(
        &mut self,
        events: &[Recorded],
        request: &ClaimRequest<'_>,
        claims: &[Claim],
    ) -> Seen {
        let name = self.terms.name;
        if claims.len() > request.limit {
            return broken(
                "no more is claimed than is asked for",
                format!("{name}: {} of {}", claims.len(), request.limit),
            );
        }
        if self.owner != request.owner {
            request.owner.clone_into(&mut self.owner);
            self.bucket = Bucket::default();
            self.trouble_in_a_row = 0;
        }
        self.order = request.order;
        self.judged_by(request.filter, events.len() as u64);
        for claim in claims {
            self.claimed_one(events, request, claim)?;
        }
        Ok(())
    }

    fn claimed_one(
        &mut self,
        events: &[Recorded],
        request: &ClaimRequest<'_>,
        claim: &Claim,
    ) -> Seen {
        let (name, position, now) = (self.terms.name, claim.position.0, request.now);
        let Some(recorded) = events.get(position as usize - 1) else {
            return broken("nothing is made up", format!("{name}: {position}"));
        };
        let entry = &self.entries[position as usize - 1];
        let told = || format!("{name} {position}: {entry:?} at {now}");
        if entry.state != State::Open {
            return broken("what is finished stays finished", told());
        }
        if entry.lease.as_ref().is_some_and(|(_, until)| *until > now) {
            return broken("an event is claimed by one at a time", told());
        }
        if entry
            .due
            .is_some_and(|due| due > now && due <= now.plus(LONGEST_PAUSE))
        {
            return broken("nothing is tried before it is due", told());
        }
        if (claim.attempts, claim.first_attempt) != (entry.attempts, entry.first_attempt) {
            let how = format!("{}, and the claim says {claim:?}", told());
            return broken("attempts are counted", how);
        }
        if !entry.is_wanted && !self.may_want(position, recorded) {
            return broken("a sink is given only what it wants", told());
        }
        self.is_its_turn(events, position, request)?;
        let entry = &mut self.entries[position as usize - 1];
        entry.is_wanted = true;
        let until = now.plus(request.lease);
        match &mut entry.lease {
            // Its own, which had expired.
            Some((owner, lease)) if owner == request.owner => *lease = until,
            _ => {
                entry.unleash();
                entry.claimed = now;
                entry.lease = Some((request.owner.to_owned(), until));
            }
        }
        Ok(())
    }

    fn is_its_turn(&self, events: &[Recorded], position: u64, request: &ClaimRequest<'_>) -> Seen {
        let Order::Lanes { wait_for_dead } = request.order else {
            return Ok(());
        };
        let name = self.terms.name;
        let lane = events[position as usize - 1].lane;
        let first_dead = self.dead[lane].first().filter(|_| wait_for_dead);
        if let Some(dead) = first_dead.filter(|dead| **dead < position) {
            let how = format!("{name}: {position} before the dead letter {dead}");
            return broken("a lane waits for its dead letter where it shall", how);
        }
        for &other in self.open[lane].range(..position) {
            if self.must_want(other, &events[other as usize - 1]) {
                let how = format!("{name}: {position} before {other}");
                return broken("a lane keeps its order", how);
            }
        }
        for &other in self.open[lane].iter().filter(|other| **other != position) {
            let lease = &self.entries[other as usize - 1].lease;
            if lease
                .as_ref()
                .is_some_and(|(_, until)| *until > request.now)
            {
                let how = format!("{name}: {position} beside {other}");
                return broken("a lane goes one at a time", how);
            }
        }
        Ok(())
    }

    /// The sink's claims were settled by `owner`.
    pub(super) fn settled(
        &mut self,
        events: &[Recorded],
        owner: &str,
        settlement: &Settlement,
    ) -> Seen<bool> {
        let position = settlement.position.0;
        let lane = events[position as usize - 1].lane;
        let entry = &self.entries[position as usize - 1];
        let is_owner = |(holder, _): &(String, Timestamp)| holder == owner;
        if entry.state != State::Open || !entry.lease.as_ref().is_some_and(is_owner) {
            return Ok(false);
        }
        self.is_deserved(settlement)?;
        let entry = &mut self.entries[position as usize - 1];
        if let Some(attempt) = &settlement.attempt {
            entry.attempts += 1;
            entry.first_attempt.get_or_insert(attempt.at);
        }
        match settlement.verdict {
            Verdict::Retry(due) => entry.due = Some(due),
            Verdict::Delivered => {
                entry.state = State::Delivered;
                self.delivered += 1;
                self.open[lane].remove(&position);
            }
            _ => {
                entry.state = State::Dead;
                self.open[lane].remove(&position);
                self.dead[lane].insert(position);
            }
        }
        entry.call = Call::None;
        entry.lease = None;
        entry.is_taken = false;
        Ok(true)
    }

    /// Whether a settlement follows from what the sink answered.
    fn is_deserved(&self, settlement: &Settlement) -> Seen {
        let (name, position) = (self.terms.name, settlement.position.0);
        let entry = &self.entries[position as usize - 1];
        let told = || format!("{name} {position}: {settlement:?} of {entry:?}");
        let is_free =
            settlement.attempt.is_none() && matches!(settlement.verdict, Verdict::Retry(_));
        let answer = match entry.call {
            Call::Ended(answer) => answer,
            Call::None if is_free => return Ok(()),
            _ => return broken("nothing is settled that was not tried", told()),
        };
        let is_deserved = match (&settlement.verdict, answer, &settlement.attempt) {
            (Verdict::Delivered, Answer::Taken, Some(_)) => true,
            (_, Answer::Taken, _) => false,
            (_, Answer::Gone, _) => is_free,
            (Verdict::Retry(due), answer, Some(attempt)) => {
                return self.is_patient(entry, answer, attempt, *due, told);
            }
            (Verdict::Dead(_), _, Some(attempt)) => {
                self.is_spent(entry, attempt) || self.jumped >= entry.called
            }
            _ => false,
        };
        if is_deserved {
            return Ok(());
        }
        broken("an event gets what its sink answered", told())
    }

    fn is_spent(&self, entry: &Entry, attempt: &Attempt) -> bool {
        let retry = self.terms.retry;
        let first = entry.first_attempt.unwrap_or(attempt.at);
        let age = attempt.at.plus(attempt.took).since(first);
        entry.attempts + 1 >= retry.attempts && age >= retry.keep_trying
    }

    fn is_patient(
        &self,
        entry: &Entry,
        answer: Answer,
        attempt: &Attempt,
        due: Timestamp,
        told: impl Fn() -> String,
    ) -> Seen {
        if self.jumped >= entry.called {
            return Ok(());
        }
        if self.is_spent(entry, attempt) {
            return broken("an event is dead when its budget is spent", told());
        }
        let pause = due.since(attempt.at.plus(attempt.took));
        let growth = 3_u32.saturating_pow(entry.attempts);
        let longest = self.terms.retry.first.saturating_mul(growth);
        let asked = answer.retry_after().unwrap_or_default().min(LONGEST_PAUSE);
        let longest = longest.max(asked).min(LONGEST_PAUSE);
        if pause < asked || pause > longest {
            let how = format!("{pause:?} of {asked:?} to {longest:?}: {}", told());
            return broken("retries keep their schedule", how);
        }
        Ok(())
    }

    /// Dead letters were revived, `count` of them as the journal says.
    pub(super) fn revived(
        &mut self,
        events: &[Recorded],
        positions: &[EventPosition],
        count: u64,
    ) -> Seen {
        let mut expected = 0;
        for position in positions {
            let index = position.0 as usize - 1;
            let lane = events[index].lane;
            if !self.dead[lane].remove(&position.0) {
                continue;
            }
            self.open[lane].insert(position.0);
            let entry = &mut self.entries[index];
            entry.state = State::Open;
            entry.attempts = 0;
            entry.first_attempt = None;
            entry.due = None;
            expected += 1;
        }
        self.are_so_many("revived", expected, count)
    }

    /// Dead letters were discarded, `count` of them as the journal says.
    pub(super) fn discarded(
        &mut self,
        events: &[Recorded],
        positions: &[EventPosition],
        count: u64,
    ) -> Seen {
        let mut expected = 0;
        for position in positions {
            let index = position.0 as usize - 1;
            if self.dead[events[index].lane].remove(&position.0) {
                self.entries[index].state = State::Expired;
                expected += 1;
            }
        }
        self.expired += expected;
        self.are_so_many("discarded", expected, count)
    }

    fn are_so_many(&self, what: &str, expected: u64, seen: u64) -> Seen {
        if expected == seen {
            return Ok(());
        }
        let how = format!("{}: {what} {seen} of {expected}", self.terms.name);
        broken("dead letters are done with as one asks", how)
    }

    /// A call begins.
    pub(super) fn given(
        &mut self,
        events: &[Recorded],
        positions: &[u64],
        now: Duration,
        wall: Timestamp,
    ) -> Seen {
        let name = self.terms.name;
        self.calls += 1;
        if self.calls > self.terms.calls() {
            let how = format!("{name}: {} at once", self.calls);
            return broken("no more calls are under way than are allowed", how);
        }
        if positions.len() > self.terms.max_batch {
            let how = format!("{name}: {} events", positions.len());
            return broken("a call has no more events than are allowed", how);
        }
        if self.paused_since.is_some_and(|since| since < now) {
            let how = format!("{name}: {positions:?}");
            return broken("a paused sink is given nothing", how);
        }
        if self.calls == 1
            && self.trouble_in_a_row >= too_many(&self.terms)
            && now - self.last_call_ended < Duration::from_secs(1)
        {
            let how = format!("{name}: {positions:?}");
            return broken("a sink in trouble is spared", how);
        }
        for &position in positions {
            let index = position as usize - 1;
            let lane = events[index].lane;
            let entry = &mut self.entries[index];
            if entry.state != State::Open || entry.lease.is_none() || entry.call != Call::None {
                let how = format!("{name} {position}: {entry:?}");
                return broken("an event is given once a claim", how);
            }
            entry.call = Call::UnderWay;
            entry.called = now;
            // By the moment it was claimed at: the journal may have taken its time since.
            if self
                .terms
                .rate
                .is_some_and(|rate| !self.bucket.gives(1, rate, entry.claimed))
            {
                return broken("a rate is kept", format!("{name}: {position}"));
            }
            if self.order == Order::None {
                continue;
            }
            for other in self.open[lane].iter().filter(|other| **other != position) {
                let other = &self.entries[*other as usize - 1];
                let is_held = |(_, until): &(String, Timestamp)| *until > wall;
                if other.call == Call::UnderWay && other.lease.as_ref().is_some_and(is_held) {
                    let how = format!("{name} {position}: beside {other:?}");
                    return broken("a lane goes one at a time", how);
                }
            }
        }
        Ok(())
    }

    /// A call ends.
    pub(super) fn ended(&mut self, positions: &[u64], answer: Answer, now: Duration) -> Seen {
        self.calls = self.calls.saturating_sub(1);
        self.last_call_ended = now;
        self.trouble_in_a_row = if answer.is_trouble() {
            self.trouble_in_a_row + 1
        } else {
            0
        };
        for &position in positions {
            let entry = &mut self.entries[position as usize - 1];
            if entry.call == Call::UnderWay {
                entry.call = Call::Ended(answer);
            }
            if !answer.takes() {
                continue;
            }
            entry.takes += 1;
            entry.is_taken = true;
            if entry.takes > 1 + entry.excuses {
                let how = format!("{} {position}: {entry:?}", self.terms.name);
                return broken(
                    "an event comes twice only where its sink's word was lost",
                    how,
                );
            }
            if answer != Answer::Taken {
                entry.excuses += 1;
                entry.is_taken = false;
            }
        }
        Ok(())
    }

    /// Nothing is on its way: what is not delivered or dead must not have been wanted.
    pub(super) fn is_done(&self, events: &[Recorded], unmatched: u64) -> Seen {
        let name = self.terms.name;
        let mut left = 0;
        for position in self.open.iter().flatten() {
            let index = *position as usize - 1;
            left += 1;
            if self.must_want(*position, &events[index]) {
                let how = format!("{name}: {position} was never given");
                return broken("every event comes to every sink that wants it", how);
            }
        }
        if left != unmatched {
            let how = format!("{name}: {unmatched} did not match, and {left} were not given");
            return broken("every event comes to every sink that wants it", how);
        }
        let never = |entry: &&Entry| entry.state == State::Delivered && entry.takes == 0;
        if let Some(entry) = self.entries.iter().find(never) {
            return broken("what is delivered was taken", format!("{name}: {entry:?}"));
        }
        Ok(())
    }

    fn judged_by(&mut self, filter: &Arc<Filter>, head: u64) {
        match self
            .filters
            .iter_mut()
            .find(|(seen, _)| Arc::ptr_eq(seen, filter))
        {
            Some((_, to)) => *to = head,
            None => self.filters.push((Arc::clone(filter), head)),
        }
    }

    /// Whether it can have been found that the sink wants the event.
    fn may_want(&self, position: u64, recorded: &Recorded) -> bool {
        let mut judges = self.filters.iter().filter(|(_, to)| *to >= position);
        self.is_meant(recorded) && judges.any(|(filter, _)| filter.matches(&recorded.event))
    }

    /// Whether it cannot have been found that the sink does not want the event.
    fn must_want(&self, position: u64, recorded: &Recorded) -> bool {
        let mut judges = self.filters.iter().filter(|(_, to)| *to >= position);
        let is_wanted = self.entries[position as usize - 1].is_wanted;
        is_wanted
            || self.is_meant(recorded) && judges.all(|(filter, _)| filter.matches(&recorded.event))
    }

    fn is_meant(&self, recorded: &Recorded) -> bool {
        let only = recorded.only.as_ref();
        only.is_none_or(|sinks| sinks.iter().any(|sink| sink == self.terms.name))
    }
}

impl Entry {
    fn new() -> Self {
        Self {
            state: State::Open,
            is_wanted: false,
            attempts: 0,
            first_attempt: None,
            due: None,
            lease: None,
            claimed: Timestamp::UNIX_EPOCH,
            call: Call::None,
            called: Duration::ZERO,
            takes: 0,
            excuses: 0,
            is_taken: false,
        }
    }

    /// Nobody holds it any more; nobody knows what came of the call.
    fn unleash(&mut self) {
        if self.is_taken {
            self.excuses += 1;
        }
        self.is_taken = false;
        self.call = Call::None;
        self.lease = None;
    }
}
