//! What every sink has claimed: in memory only, as a claim ends with the process.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use switchboard_core::Timestamp;
use switchboard_core::journal::{EventPosition, MAX_UNSETTLED, Turns};

/// An event that is not settled holds back those so far behind it, so that the list of what is
/// settled above a sink's position stays short.
const FARTHEST: u64 = 1024;

/// Every subscribed sink by its name.
pub(crate) type Sinks = HashMap<String, Sink>;

/// One sink's place in the events.
#[derive(Clone, Debug)]
pub(crate) struct Sink {
    /// Every event up to here was settled at least once.
    position: EventPosition,
    /// These above it too.
    settled: BTreeSet<EventPosition>,
    /// Every event up to here was claimed at least once, or settled.
    claimed: EventPosition,
    /// Claims of events that were never settled.
    fresh: BTreeMap<EventPosition, Lease>,
    /// Claims of events that were settled with a retry.
    again: BTreeMap<EventPosition, Lease>,
    pub(crate) turns: Turns,
}

/// Who holds a claim, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    pub(crate) owner: Arc<str>,
    pub(crate) until: Timestamp,
}

impl Sink {
    /// A sink that has come to `position`, and has settled some events above it.
    pub(crate) fn at(position: EventPosition, settled: Vec<EventPosition>) -> Self {
        Self {
            position,
            settled: BTreeSet::from_iter(settled),
            claimed: position,
            fresh: BTreeMap::new(),
            again: BTreeMap::new(),
            turns: Turns::default(),
        }
    }

    /// Claims a fresh event.
    pub(crate) fn claim_fresh(&mut self, event: EventPosition, lease: Lease) {
        self.claimed = self.claimed.max(event);
        self.fresh.insert(event, lease);
    }

    /// Claims an event that is due for another attempt.
    pub(crate) fn claim_again(&mut self, event: EventPosition, lease: Lease) {
        self.again.insert(event, lease);
    }

    /// Ends the claim of `owner`; `false` when it holds none.
    ///
    /// A lease that expired and that nobody took over is still its owner's: what it did counts.
    pub(crate) fn settle(&mut self, event: EventPosition, owner: &str) -> bool {
        let is_owners = |lease: &mut Lease| *lease.owner == *owner;
        if take(&mut self.again, event, is_owners) {
            return true;
        }
        let is_held = take(&mut self.fresh, event, is_owners);
        if is_held {
            self.settled.insert(event);
            self.advance();
        }
        is_held
    }

    /// The position follows the oldest event that is claimed and not settled.
    fn advance(&mut self) {
        self.position = match self.fresh.first_key_value() {
            Some((oldest, _)) => EventPosition(oldest.0 - 1),
            None => self.claimed,
        };
        let first_above = EventPosition(self.position.0 + 1);
        self.settled = self.settled.split_off(&first_above);
    }

    /// Every event up to here was settled at least once.
    pub(crate) fn position(&self) -> EventPosition {
        self.position
    }

    /// Events above the position that were settled, in order.
    pub(crate) fn settled(&self) -> Vec<EventPosition> {
        self.settled.iter().copied().collect()
    }

    /// Whether `event` was settled at least once.
    pub(crate) fn has_settled(&self, event: EventPosition) -> bool {
        event <= self.position || self.settled.contains(&event)
    }

    /// Whether `event`, which is due for another attempt, is claimed at this moment.
    pub(crate) fn is_claimed_again(&self, event: EventPosition, now: Timestamp) -> bool {
        self.again
            .get(&event)
            .is_some_and(|lease| now < lease.until)
    }

    /// The fresh events that may be claimed, in order: those whose claim has expired, and as many of
    /// those up to `head` as there is room for.
    pub(crate) fn fresh(
        &self,
        head: EventPosition,
        now: Timestamp,
    ) -> impl Iterator<Item = EventPosition> {
        let expired = self
            .fresh
            .iter()
            .filter(move |(_, lease)| lease.until <= now)
            .map(|(&event, _)| event);
        let farthest = head.0.min(self.position.0 + FARTHEST);
        // Positions have no gaps: one that cannot be found was lost.
        let unclaimed = (self.claimed.0 + 1..=farthest)
            .map(EventPosition)
            .filter(|&event| !self.has_settled(event));
        let room = MAX_UNSETTLED.saturating_sub(self.fresh.len());
        expired.chain(unclaimed.take(room))
    }
}

fn take(
    leases: &mut BTreeMap<EventPosition, Lease>,
    event: EventPosition,
    is_owners: impl FnOnce(&mut Lease) -> bool,
) -> bool {
    leases.get_mut(&event).is_some_and(is_owners) && leases.remove(&event).is_some()
}
