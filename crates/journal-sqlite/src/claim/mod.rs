//! Claiming events for a sink.

mod due;
mod pass;
mod standing;

use std::cell::RefCell;
use std::sync::Arc;

use switchboard_core::journal::{Claim, Claims, EventPosition, MAX_CLAIM_BYTES, Order};
use switchboard_core::{Filter, Timestamp};

use self::pass::Pass;
use crate::failure::Failure;
use crate::index::{Due, EventRow, IndexReader};
use crate::sinks::{Lease, Sink};

/// So many passed-over events may be forgotten by a crash, which looks at them again.
const MOST_UNWRITTEN: usize = 4096;

/// A [`ClaimRequest`](switchboard_core::journal::ClaimRequest) that owns what it asks for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) sink: String,
    pub(crate) filter: Arc<Filter>,
    pub(crate) order: Order,
    pub(crate) lease: Lease,
    pub(crate) now: Timestamp,
    pub(crate) limit: usize,
    /// Whether rows that another order holds stay as they are: there is no room to write.
    pub(crate) is_makeshift: bool,
}

/// What was claimed.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) claims: Claims,
    /// Claimed beside those, and to be given up: they cannot be read back.
    pub(crate) unreadable: Vec<EventPosition>,
    /// Whether events were looked at for the first time, so that others may be claimed now.
    pub(crate) has_looked_on: bool,
    /// What there is to do then.
    pub(crate) then: Then,
}

/// What there is to do after a claim.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Then {
    /// Nothing.
    Done,
    /// Write how far the sink has come.
    Write,
    /// Write what waits in memory, so that there is room to look on.
    Hold,
    /// Make the order hold first.
    Sweep,
}

impl Claimed {
    /// Nothing, where `head` is the last event.
    pub(crate) fn nothing(head: EventPosition, then: Then) -> Self {
        Self {
            claims: Claims {
                head,
                ..Claims::default()
            },
            unreadable: Vec::new(),
            has_looked_on: false,
            then,
        }
    }
}

/// An event that was claimed, and its retry if it was due for another attempt.
#[derive(Debug)]
struct Candidate {
    row: EventRow,
    due: Option<Due>,
}

/// Claims events for `sink`. Nothing has changed when it fails.
pub(crate) fn claim(
    wanted: &Wanted,
    head: EventPosition,
    sink: &mut Arc<Sink>,
    index: &IndexReader,
) -> Result<Claimed, Failure> {
    let mut next = Sink::clone(sink);
    if (next.order != Some(wanted.order) || next.sweep.is_some()) && !wanted.is_makeshift {
        if index.has_held(&wanted.sink)? {
            return Ok(Claimed::nothing(head, Then::Sweep));
        }
        next.reorder(wanted.order);
        next.sweep = None;
    }
    next.now = wanted.now;
    let before = next.looked();
    let mut turns = next.turns;
    let pass = RefCell::new(Pass::new(wanted, head, next, index));
    let mut due = std::iter::from_fn(|| pass.borrow_mut().next_due().transpose());
    let mut fresh = std::iter::from_fn(|| pass.borrow_mut().next_fresh().transpose());
    let (mut claims, mut bytes, mut unreadable) = (Vec::new(), 0, Vec::new());
    while claims.len() < wanted.limit && bytes < MAX_CLAIM_BYTES {
        let Some(candidate) = turns.take(&mut due, &mut fresh) else {
            break;
        };
        let Candidate { mut row, due } = candidate?;
        let position = row.position;
        match row.envelope()? {
            Some(envelope) => {
                bytes += envelope.json().len();
                let claim = Claim {
                    position,
                    envelope,
                    attempts: due.map_or(0, |due| due.attempts),
                    first_attempt: due.and_then(|due| due.first_attempt),
                    is_suspect: sink.suspects(position, due.is_some()),
                };
                claims.push((due.is_none(), claim));
            }
            None => unreadable.push(position),
        }
    }
    claims.sort_by_key(|(is_fresh, _)| *is_fresh);
    let mut pass = pass.into_inner();
    let next_due = pass.next_moment()?;

    let mut next = pass.into_sink();
    next.turns = turns;
    let then = if next.is_crowded() {
        Then::Hold
    } else if next.unwritten >= MOST_UNWRITTEN {
        Then::Write
    } else {
        Then::Done
    };
    let has_looked_on = next.looked() > before;
    *sink = Arc::new(next);
    Ok(Claimed {
        claims: Claims {
            claims: claims.into_iter().map(|(_, claim)| claim).collect(),
            next_due,
            head,
        },
        unreadable,
        has_looked_on,
        then,
    })
}
