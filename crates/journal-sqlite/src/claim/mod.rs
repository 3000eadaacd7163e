//! Claiming events for a sink.

use std::sync::Arc;

use switchboard_core::Timestamp;
use switchboard_core::journal::{Claim, Claims, EventPosition, LONGEST_PAUSE, MAX_CLAIM_BYTES};
use switchboard_core::sink::Envelope;

use crate::failure::Failure;
use crate::index::{Due, IndexReader};
use crate::sinks::{Lease, Sink};

/// A [`ClaimRequest`](switchboard_core::journal::ClaimRequest) that owns what it asks for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) sink: String,
    pub(crate) lease: Lease,
    pub(crate) now: Timestamp,
    pub(crate) limit: usize,
}

/// What was claimed.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) claims: Claims,
    /// Claimed beside those, and to be given up: they cannot be read back.
    pub(crate) unreadable: Vec<EventPosition>,
}

impl Claimed {
    /// Nothing, where `head` is the last event.
    pub(crate) fn nothing(head: EventPosition) -> Self {
        Self {
            claims: Claims {
                head,
                ..Claims::default()
            },
            unreadable: Vec::new(),
        }
    }
}

/// An event that may be claimed, and its retry if it is due for another attempt.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    event: EventPosition,
    due: Option<Due>,
}

/// Claims events for `sink`. Nothing is claimed when it fails: all is read before.
pub(crate) fn claim(
    wanted: &Wanted,
    head: EventPosition,
    sink: &mut Sink,
    index: &IndexReader,
) -> Result<Claimed, Failure> {
    let mut due = due(wanted, sink, index)?.into_iter();
    let mut fresh = sink.fresh(head, wanted.now).map(Candidate::fresh);
    let (mut turns, mut bytes) = (sink.turns, 0);
    let (mut claims, mut taken, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
    while claims.len() < wanted.limit && bytes < MAX_CLAIM_BYTES {
        let Some(candidate) = turns.take(&mut due, &mut fresh) else {
            break;
        };
        taken.push(candidate);
        match index.event(candidate.event)?.envelope {
            Some(envelope) => {
                bytes += envelope.json().len();
                claims.push((candidate.due.is_none(), candidate.claim(envelope)));
            }
            None => unreadable.push(candidate.event),
        }
    }
    claims.sort_by_key(|(is_fresh, _)| *is_fresh);
    let next_due = match due.next().and_then(|candidate| candidate.due) {
        Some(due) => Some(due.at.min(wanted.now)),
        None => waiting(wanted, sink, index)?,
    };

    drop(fresh);
    sink.turns = turns;
    for candidate in taken {
        let lease = wanted.lease.clone();
        match candidate.due {
            Some(due) => sink.claim_again(due.event, lease),
            None => sink.claim_fresh(candidate.event, lease),
        }
    }
    Ok(Claimed {
        claims: Claims {
            claims: claims.into_iter().map(|(_, claim)| claim).collect(),
            next_due,
            head,
        },
        unreadable,
    })
}

/// What is due and held by nobody, the earliest first: one more than can be claimed, as that one is
/// the next. What is due in too long a time was settled by a clock that was set back since.
fn due(wanted: &Wanted, sink: &Sink, index: &IndexReader) -> Result<Vec<Candidate>, Failure> {
    let most = wanted.limit.saturating_add(1);
    let mut candidates = Vec::new();
    for range in [
        (i64::MIN, wanted.now.as_micros()),
        (wanted.latest(), i64::MAX),
    ] {
        index.due(&wanted.sink, range, |due| {
            if candidates.len() < most && !sink.is_claimed_again(due.event, wanted.now) {
                candidates.push(Candidate::again(due));
            }
            candidates.len() < most
        })?;
    }
    Ok(candidates)
}

/// When the first one is due that is not due yet, and that nobody holds.
fn waiting(
    wanted: &Wanted,
    sink: &Sink,
    index: &IndexReader,
) -> Result<Option<Timestamp>, Failure> {
    let mut next = None;
    index.due(
        &wanted.sink,
        (wanted.now.as_micros(), wanted.latest()),
        |due| {
            let is_free = !sink.is_claimed_again(due.event, wanted.now);
            next = is_free.then_some(due.at);
            !is_free
        },
    )?;
    Ok(next)
}

impl Wanted {
    /// The latest moment that something can wait for, in microseconds.
    fn latest(&self) -> i64 {
        self.now.plus(LONGEST_PAUSE).as_micros()
    }
}

impl Candidate {
    fn fresh(event: EventPosition) -> Self {
        Self { event, due: None }
    }

    fn again(due: Due) -> Self {
        Self {
            event: due.event,
            due: Some(due),
        }
    }

    fn claim(&self, envelope: Envelope) -> Claim {
        Claim {
            position: self.event,
            envelope: Arc::new(envelope),
            attempts: self.due.map_or(0, |due| due.attempts),
            first_attempt: self.due.and_then(|due| due.first_attempt),
        }
    }
}
