//! Whether it is an event's turn in its lane.

use std::collections::HashMap;

use switchboard_core::Timestamp;
use switchboard_core::journal::{EventPosition, Order};

use super::Wanted;
use crate::failure::Failure;
use crate::index::{IndexReader, first_dead, first_retry};
use crate::lane::Lane;
use crate::sinks::{Held, Sink};

/// Where an event stands in its lane.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    /// It is its turn.
    Leads,
    /// Behind one that is claimed, or that waits in memory for such a one.
    BehindClaim,
    /// Behind a row: one that waits for another attempt, or is dead.
    BehindRow,
}

/// What is unfinished in each lane, of what is in memory.
#[derive(Debug)]
pub(super) struct Lanes {
    wait_for_dead: bool,
    /// The claimed ones, and until when.
    claimed: HashMap<Lane, Vec<(EventPosition, Timestamp)>>,
    /// The first that waits in memory.
    waiting: HashMap<Lane, EventPosition>,
}

impl Lanes {
    /// `None` where no event waits for another.
    pub(super) fn of(sink: &Sink, order: Order) -> Option<Self> {
        let Order::Lanes { wait_for_dead } = order else {
            return None;
        };
        let mut lanes = Self {
            wait_for_dead,
            claimed: HashMap::new(),
            waiting: HashMap::new(),
        };
        for (event, held) in sink.claims() {
            lanes.claim(event, held);
        }
        for (&event, &lane) in sink.skipped.iter().chain(&sink.blocked) {
            lanes.wait(event, lane);
        }
        Some(lanes)
    }

    pub(super) fn claim(&mut self, event: EventPosition, held: &Held) {
        let claimed = self.claimed.entry(held.lane).or_default();
        claimed.retain(|(other, _)| *other != event);
        claimed.push((event, held.lease.until));
    }

    pub(super) fn wait(&mut self, event: EventPosition, lane: Lane) {
        let first = self.waiting.entry(lane).or_insert(event);
        *first = event.min(*first);
    }

    pub(super) fn standing(
        &self,
        event: EventPosition,
        lane: Lane,
        wanted: &Wanted,
        sink: &Sink,
        index: &IndexReader,
    ) -> Result<Standing, Failure> {
        let is_before = |(other, until): &(EventPosition, Timestamp)| {
            *other != event && (*other < event || *until > wanted.now)
        };
        let claimed = self.claimed.get(&lane);
        if claimed.is_some_and(|claimed| claimed.iter().any(is_before)) {
            return Ok(Standing::BehindClaim);
        }
        if self.waiting.get(&lane).is_some_and(|first| *first < event) {
            return Ok(Standing::BehindClaim);
        }
        let (name, connection) = (&wanted.sink, &index.connection);
        let is_behind_retry = sink.counts.retrying > 0
            && first_retry(connection, name, lane)?.is_some_and(|(first, _)| first < event);
        let is_behind_dead = || -> Result<bool, Failure> {
            Ok(self.wait_for_dead
                && sink.counts.dead > 0
                && first_dead(connection, name, lane)?.is_some_and(|first| first < event))
        };
        Ok(if is_behind_retry || is_behind_dead()? {
            Standing::BehindRow
        } else {
            Standing::Leads
        })
    }
}
