//! One sink's way through the events.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::Timestamp;
use crate::journal::{
    Attempt, Cause, Claim, ClaimRequest, Claims, EventPosition, LONGEST_PAUSE, MAX_CLAIM_BYTES,
    MAX_UNSETTLED, Settlement, Turns, Verdict,
};
use crate::sink::Envelope;

/// How far one sink has come. matching events = delivered + pending + dead.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Standing {
    /// Events it has.
    pub delivered: u64,
    /// Events it did not want.
    pub unmatched: u64,
    /// Events that are still to be given to it.
    pub pending: u64,
    /// Dead letters.
    pub dead: u64,
}

/// An event that a sink could not take within its budget.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DeadLetter {
    /// The event.
    pub position: EventPosition,
    /// Why it was given up.
    pub cause: Cause,
    /// Every try.
    pub attempts: Vec<Attempt>,
}

/// One sink's unfinished events and what became of the others.
#[derive(Debug)]
pub(super) struct Lane {
    /// The last event that was admitted; those after it are fresh and untouched.
    admitted: EventPosition,
    /// What was admitted and is not finished.
    open: BTreeMap<EventPosition, Open>,
    turns: Turns,
    delivered: u64,
    unmatched: u64,
    pub(super) dead: Vec<DeadLetter>,
}

/// An event that is not finished.
#[derive(Debug, Default)]
struct Open {
    /// Not to be tried before this moment. A fresh one, which was never settled, has none.
    due: Option<Timestamp>,
    attempts: Vec<Attempt>,
    lease: Option<Lease>,
}

#[derive(Debug)]
struct Lease {
    owner: String,
    until: Timestamp,
}

impl Lane {
    pub(super) fn starting_after(head: EventPosition) -> Self {
        Self {
            admitted: head,
            open: BTreeMap::new(),
            turns: Turns::default(),
            delivered: 0,
            unmatched: 0,
            dead: Vec::new(),
        }
    }

    /// Admits events up to `head`, as far as the bound on fresh ones allows.
    pub(super) fn admit(&mut self, head: EventPosition) {
        let fresh = self.open.values().filter(|open| open.due.is_none()).count();
        for _ in fresh..MAX_UNSETTLED {
            if self.admitted == head {
                break;
            }
            self.admitted.0 += 1;
            self.open.insert(self.admitted, Open::default());
        }
    }

    /// Leases what is free. The caller knows the envelopes, and adds the head.
    pub(super) fn claim(
        &mut self,
        request: &ClaimRequest<'_>,
        envelope: impl Fn(EventPosition) -> Arc<Envelope>,
    ) -> Claims {
        let now = request.now;
        let free = self.open.iter_mut().filter(|(_, open)| open.is_free(now));
        let (fresh, mut due): (Vec<_>, Vec<_>) = free.partition(|(_, open)| open.due.is_none());
        due.retain(|(_, open)| open.due_by(now) <= Some(now));
        due.sort_by_key(|(position, open)| (open.due_by(now) != open.due, open.due, **position));

        let (mut due, mut fresh) = (due.into_iter(), fresh.into_iter());
        let (mut claims, mut bytes) = (Vec::new(), 0);
        while claims.len() < request.limit && bytes < MAX_CLAIM_BYTES {
            let Some((&position, open)) = self.turns.take(&mut due, &mut fresh) else {
                break;
            };
            open.lease = Some(Lease {
                owner: request.owner.to_owned(),
                until: now.plus(request.lease),
            });
            let claim = open.claim(position, envelope(position));
            bytes += claim.envelope.json().len();
            claims.push((open.due.is_none(), claim));
        }
        claims.sort_by_key(|(is_fresh, _)| *is_fresh);

        let waiting = self.open.values().filter(|open| open.is_free(now));
        Claims {
            claims: claims.into_iter().map(|(_, claim)| claim).collect(),
            next_due: waiting.filter_map(|open| open.due_by(now)).min(),
            head: EventPosition::default(),
        }
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
        match settlement.verdict {
            Verdict::Retry(due) => {
                open.due = Some(due);
                open.lease = None;
            }
            Verdict::Delivered => {
                entry.remove();
                self.delivered += 1;
            }
            Verdict::Unmatched => {
                entry.remove();
                self.unmatched += 1;
            }
            Verdict::Dead(cause) => self.dead.push(DeadLetter {
                position: settlement.position,
                cause,
                attempts: entry.remove().attempts,
            }),
        }
    }

    /// Forgets what a restart forgets.
    pub(super) fn reopen(&mut self) {
        self.turns = Turns::default();
        for open in self.open.values_mut() {
            open.lease = None;
        }
    }

    pub(super) fn standing(&self, head: EventPosition) -> Standing {
        Standing {
            delivered: self.delivered,
            unmatched: self.unmatched,
            pending: self.open.len() as u64 + (head.0 - self.admitted.0),
            dead: self.dead.len() as u64,
        }
    }
}

impl Open {
    fn claim(&self, position: EventPosition, envelope: Arc<Envelope>) -> Claim {
        Claim {
            position,
            envelope,
            attempts: u32::try_from(self.attempts.len()).unwrap_or(u32::MAX),
            first_attempt: self.attempts.first().map(|attempt| attempt.at),
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
