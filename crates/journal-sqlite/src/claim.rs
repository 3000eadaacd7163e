//! Claiming events for a sink.

use std::sync::Arc;

use switchboard_core::Timestamp;
use switchboard_core::journal::{Claim, Claims, EventPosition};

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

/// Claims events for `sink`. Nothing is claimed when it fails: all is read before.
pub(crate) fn claim(
    wanted: &Wanted,
    head: EventPosition,
    sink: &mut Sink,
    index: &IndexReader,
) -> Result<Claims, Failure> {
    let (again, next_due) = due(wanted, sink, index)?;
    let fresh = fresh(wanted.limit - again.len(), wanted.now, head, sink, index)?;

    let mut claims = Vec::with_capacity(again.len() + fresh.len());
    for due in &again {
        claims.push(Claim {
            attempts: due.attempts,
            first_attempt: due.first_attempt,
            ..first_claim(due.event, index)?
        });
    }
    for &event in &fresh {
        claims.push(first_claim(event, index)?);
    }
    for due in again {
        sink.claim_again(due.event, wanted.lease.clone());
    }
    for event in fresh {
        sink.claim_fresh(event, wanted.lease.clone());
    }
    Ok(Claims {
        claims,
        next_due,
        head,
    })
}

/// The events that are due and that nobody holds, and when the next one is due.
fn due(
    wanted: &Wanted,
    sink: &Sink,
    index: &IndexReader,
) -> Result<(Vec<Due>, Option<Timestamp>), Failure> {
    let mut again = Vec::new();
    let mut next_due = None;
    index.due(&wanted.sink, |due| {
        if sink.is_claimed_again(due.event, wanted.now) {
            return true;
        }
        let is_wanted = due.at <= wanted.now && again.len() < wanted.limit;
        if is_wanted {
            again.push(due);
        } else {
            next_due = Some(due.at);
        }
        is_wanted
    })?;
    Ok((again, next_due))
}

/// The oldest events that were never settled and that nobody holds.
fn fresh(
    limit: usize,
    now: Timestamp,
    head: EventPosition,
    sink: &Sink,
    index: &IndexReader,
) -> Result<Vec<EventPosition>, Failure> {
    let mut fresh = sink.expired(now);
    fresh.truncate(limit);
    let most = limit.min(fresh.len() + sink.room());
    if fresh.len() < most {
        index.positions(sink.unclaimed(head), |event| {
            if !sink.has_settled(event) {
                fresh.push(event);
            }
            fresh.len() < most
        })?;
    }
    Ok(fresh)
}

fn first_claim(position: EventPosition, index: &IndexReader) -> Result<Claim, Failure> {
    Ok(Claim {
        position,
        envelope: Arc::new(index.event(position)?.envelope),
        attempts: 0,
        first_attempt: None,
    })
}
