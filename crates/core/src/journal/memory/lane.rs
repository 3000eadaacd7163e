//! One sink's way through the events.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::Timestamp;
use crate::journal::{
    Attempt, Cause, Claim, ClaimRequest, Claims, EventPosition, MAX_UNSETTLED, Settlement, Verdict,
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
        // A fresh one, due at `None`, is due at every moment.
        let mut free: Vec<_> = self
            .open
            .iter_mut()
            .filter(|(_, open)| open.is_free(request.now) && open.due <= Some(request.now))
            .collect();
        free.sort_by_key(|(position, open)| (open.due.is_none(), open.due, **position));
        let claims = free
            .into_iter()
            .take(request.limit)
            .map(|(&position, open)| {
                open.lease = Some(Lease {
                    owner: request.owner.to_owned(),
                    until: request.now.plus(request.lease),
                });
                Claim {
                    position,
                    envelope: envelope(position),
                    attempts: u32::try_from(open.attempts.len()).unwrap_or(u32::MAX),
                    first_attempt: open.attempts.first().map(|attempt| attempt.at),
                }
            })
            .collect();
        let waiting = self.open.values().filter(|open| open.is_free(request.now));
        Claims {
            claims,
            next_due: waiting.filter_map(|open| open.due).min(),
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

    pub(super) fn end_leases(&mut self) {
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
    /// Whether nobody holds it at `now`.
    fn is_free(&self, now: Timestamp) -> bool {
        self.lease.as_ref().is_none_or(|lease| lease.until <= now)
    }
}
