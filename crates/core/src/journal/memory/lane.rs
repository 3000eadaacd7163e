//! One sink's way through the events.

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::Timestamp;
use crate::journal::{
    Attempt, Cause, Claim, ClaimRequest, Claims, DeadLetter, EventPosition, LONGEST_PAUSE,
    MAX_CLAIM_BYTES, MAX_UNSETTLED, Order, Settlement, SinkCounters, Turns, Verdict,
};
use crate::sink::Envelope;

/// One sink's unfinished events and what became of the others.
#[derive(Debug)]
pub(super) struct Lane {
    name: String,
    /// The last event that was recorded before this sink was known.
    from: EventPosition,
    /// The last event that was looked at; those after it are untouched.
    admitted: EventPosition,
    /// What was admitted and is not finished.
    open: BTreeMap<EventPosition, Open>,
    /// What was given up.
    dead: BTreeMap<EventPosition, Dead>,
    turns: Turns,
    /// When something was claimed last.
    now: Timestamp,
    delivered: u64,
    unmatched: u64,
    expired: u64,
}

/// An event that is not finished.
#[derive(Debug)]
struct Open {
    envelope: Arc<Envelope>,
    /// Not to be tried before this moment. A fresh one, which was never settled, has none.
    due: Option<Timestamp>,
    attempts: Vec<Attempt>,
    lease: Option<Lease>,
    /// Whether it was leased at the last crash.
    is_suspect: bool,
    /// How often a sink was about to be given it since it was settled last.
    begun: u32,
}

/// An event that was given up.
#[derive(Debug)]
struct Dead {
    envelope: Arc<Envelope>,
    cause: Cause,
    at: Timestamp,
    attempts: Vec<Attempt>,
}

#[derive(Debug)]
struct Lease {
    owner: String,
    until: Timestamp,
}

impl Lane {
    pub(super) fn starting_after(name: &str, head: EventPosition) -> Self {
        Self {
            name: name.to_owned(),
            from: head,
            admitted: head,
            open: BTreeMap::new(),
            dead: BTreeMap::new(),
            turns: Turns::default(),
            now: Timestamp::UNIX_EPOCH,
            delivered: 0,
            unmatched: 0,
            expired: 0,
        }
    }

    /// The last event that was looked at.
    pub(super) fn admitted(&self) -> EventPosition {
        self.admitted
    }

    /// Looks at what was recorded since, in order: each event with the sinks that alone may have it.
    pub(super) fn admit<'a>(
        &mut self,
        request: &ClaimRequest<'_>,
        recorded: impl Iterator<Item = (&'a Arc<Envelope>, Option<&'a [String]>)>,
    ) {
        for (envelope, only) in recorded {
            self.admitted.0 += 1;
            let is_meant = only.is_none_or(|sinks| sinks.contains(&self.name));
            if is_meant && request.filter.wants(envelope) {
                let open = Open::new(Arc::clone(envelope));
                self.open.insert(self.admitted, open);
            } else {
                self.unmatched += 1;
            }
        }
    }

    /// Leases what is free. The caller adds the head.
    pub(super) fn claim(&mut self, request: &ClaimRequest<'_>) -> Claims {
        let now = request.now;
        self.now = now;
        let leading = self.leading(request.order, now);
        let is_leading = |position: &EventPosition| {
            leading
                .as_ref()
                .is_none_or(|leading| leading.binary_search(position).is_ok())
        };
        let is_held = |open: &&Open| open.due.is_none() && open.lease.is_some();
        let room = MAX_UNSETTLED.saturating_sub(self.open.values().filter(is_held).count());

        let free = self
            .open
            .iter_mut()
            .filter(|(position, open)| open.is_free(now) && is_leading(position));
        let (fresh, mut due): (Vec<_>, Vec<_>) = free.partition(|(_, open)| open.due.is_none());
        due.retain(|(_, open)| open.due_by(now) <= Some(now));
        due.sort_by_key(|(position, open)| (open.due_by(now) != open.due, open.due, **position));
        let (expired, untouched): (Vec<_>, Vec<_>) = fresh
            .into_iter()
            .partition(|(_, open)| open.lease.is_some());

        let mut due = due.into_iter();
        let mut fresh = expired.into_iter().chain(untouched.into_iter().take(room));
        let (mut claims, mut bytes) = (Vec::new(), 0);
        while claims.len() < request.limit && bytes < MAX_CLAIM_BYTES {
            let Some((&position, open)) = self.turns.take(&mut due, &mut fresh) else {
                break;
            };
            open.lease = Some(Lease {
                owner: request.owner.to_owned(),
                until: now.plus(request.lease),
            });
            let claim = open.claim(position);
            bytes += claim.envelope.json().len();
            claims.push((open.due.is_none(), claim));
        }
        claims.sort_by_key(|(is_fresh, _)| *is_fresh);

        let waiting = self
            .open
            .iter()
            .filter(|(position, open)| open.is_free(now) && is_leading(position));
        Claims {
            claims: claims.into_iter().map(|(_, claim)| claim).collect(),
            next_due: waiting.filter_map(|(_, open)| open.due_by(now)).min(),
            head: EventPosition::default(),
        }
    }

    /// The first unfinished event of every lane of which none is held: a later one can be, when an
    /// earlier one was revived or when the order was changed. In order; `None` where none waits for
    /// another.
    fn leading(&self, order: Order, now: Timestamp) -> Option<Vec<EventPosition>> {
        let Order::Lanes { wait_for_dead } = order else {
            return None;
        };
        let open = self
            .open
            .iter()
            .map(|(position, open)| (*position, &open.envelope));
        let dead = self
            .dead
            .iter()
            .map(|(position, dead)| (*position, &dead.envelope));
        let mut all: Vec<_> = open.chain(dead.filter(|_| wait_for_dead)).collect();
        all.sort_by_key(|(position, _)| *position);
        let held = self.open.values().filter(|open| !open.is_free(now));
        let mut lanes: HashSet<&str> = held.map(Open::lane).collect();
        all.retain(|(_, envelope)| lanes.insert(envelope.partitionkey()));
        Some(all.into_iter().map(|(position, _)| position).collect())
    }

    /// Does nothing where `owner` does not hold the event's lease.
    pub(super) fn settle(&mut self, owner: &str, settlement: &Settlement) {
        let Entry::Occupied(mut entry) = self.open.entry(settlement.position) else {
            return;
        };
        let open = entry.get_mut();
        if open.lease.as_ref().is_none_or(|lease| lease.owner != owner) {
            return;
        }
        open.attempts.extend(settlement.attempt.clone());
        (open.is_suspect, open.begun) = (false, 0);
        match settlement.verdict {
            Verdict::Retry(due) => {
                open.due = Some(due);
                open.lease = None;
            }
            Verdict::Delivered => {
                entry.remove();
                self.delivered += 1;
            }
            Verdict::Dead(cause) => {
                let Open {
                    envelope, attempts, ..
                } = entry.remove();
                let last = attempts.last();
                let dead = Dead {
                    envelope,
                    cause,
                    at: last.map_or(Timestamp::UNIX_EPOCH, |last| last.at.plus(last.took)),
                    attempts,
                };
                self.dead.insert(settlement.position, dead);
            }
        }
    }

    /// Makes what is dead claimable again, as if it had never been tried.
    pub(super) fn revive(&mut self, events: &[EventPosition]) -> u64 {
        let mut revived = 0;
        for position in events {
            if let Some(Dead { envelope, .. }) = self.dead.remove(position) {
                let open = Open {
                    due: Some(self.now),
                    ..Open::new(envelope)
                };
                self.open.insert(*position, open);
                revived += 1;
            }
        }
        revived
    }

    /// Gives up what is dead.
    pub(super) fn discard(&mut self, events: &[EventPosition]) -> u64 {
        let discarded = events
            .iter()
            .filter(|position| self.dead.remove(position).is_some());
        let discarded = discarded.count() as u64;
        self.expired += discarded;
        discarded
    }

    /// Forgets what a restart forgets.
    pub(super) fn reopen(&mut self, is_crash: bool) {
        self.turns = Turns::default();
        self.now = Timestamp::UNIX_EPOCH;
        for open in self.open.values_mut() {
            open.is_suspect |= open.lease.take().is_some() && is_crash;
        }
    }

    /// Notes that the sink is about to be given `event`; answers how often it was.
    pub(super) fn begin(&mut self, event: EventPosition) -> u32 {
        self.open.get_mut(&event).map_or(0, |open| {
            open.begun += 1;
            open.begun
        })
    }

    pub(super) fn counters(&self, head: EventPosition) -> SinkCounters {
        let oldest = self.open.values().next();
        SinkCounters {
            name: self.name.clone(),
            from: self.from,
            delivered: self.delivered,
            unmatched: self.unmatched,
            pending: self.open.len() as u64 + (head.0 - self.admitted.0),
            retrying: self.open.values().filter(|open| open.due.is_some()).count() as u64,
            dead: self.dead.len() as u64,
            expired: self.expired,
            oldest: oldest.map(|open| open.envelope.recordedtime()),
        }
    }

    pub(super) fn dead_letters(&self) -> impl Iterator<Item = DeadLetter> {
        self.dead.iter().map(|(&position, dead)| DeadLetter {
            attempts: dead.attempts.clone(),
            envelope: Some(Arc::clone(&dead.envelope)),
            ..DeadLetter::new(&self.name, position, dead.cause, dead.at)
        })
    }
}

impl Open {
    fn new(envelope: Arc<Envelope>) -> Self {
        Self {
            envelope,
            due: None,
            attempts: Vec::new(),
            lease: None,
            is_suspect: false,
            begun: 0,
        }
    }

    fn lane(&self) -> &str {
        self.envelope.partitionkey()
    }

    fn claim(&self, position: EventPosition) -> Claim {
        Claim {
            position,
            envelope: Arc::clone(&self.envelope),
            attempts: u32::try_from(self.attempts.len()).unwrap_or(u32::MAX),
            first_attempt: self.attempts.first().map(|attempt| attempt.at),
            is_suspect: self.is_suspect,
        }
    }

    /// When it is due, by a clock that shows `now` and may have been set back.
    fn due_by(&self, now: Timestamp) -> Option<Timestamp> {
        let due = self.due?;
        Some(if due > now.plus(LONGEST_PAUSE) {
            now
        } else {
            due
        })
    }

    /// Whether nobody holds it at `now`.
    fn is_free(&self, now: Timestamp) -> bool {
        self.lease.as_ref().is_none_or(|lease| lease.until <= now)
    }
}
