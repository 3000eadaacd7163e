//! How far every sink has come, and what it has claimed: in memory, as a claim ends with the
//! process. What a crash must not forget is written with the next commit.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use switchboard_core::Timestamp;
use switchboard_core::journal::{EventPosition, MAX_UNSETTLED, Order, Turns};

use crate::lane::Lane;

/// So many events of a sink are kept in memory to wait for another of their lane. More are written.
const MOST_WAITING: usize = 512;

/// Every subscribed sink by its name. A commit changes copies of those it concerns.
pub(crate) type Sinks = HashMap<String, Arc<Sink>>;

/// One sink's place in the events.
///
/// An event is *settled* once it is delivered, dead, unmatched, or a row in `retry`. Of those that
/// were looked at, all are but the claimed and the waiting ones.
#[derive(Clone, Debug)]
pub(crate) struct Sink {
    /// Every event up to here was looked at.
    looked: EventPosition,
    /// Spans above that which were settled before the journal was opened, by their first.
    earlier: BTreeMap<u64, u64>,
    /// Claims of events that were never settled.
    fresh: BTreeMap<EventPosition, Held>,
    /// Claims of events that were settled with a retry.
    again: BTreeMap<EventPosition, Held>,
    /// Never settled, and behind one of their lane that is claimed.
    pub(crate) skipped: BTreeMap<EventPosition, Lane>,
    /// Never settled, and behind one of their lane that is a row: to become held rows too.
    pub(crate) blocked: BTreeMap<EventPosition, Lane>,
    /// Due, and behind one of their lane that is a row: to be held.
    pub(crate) demoted: BTreeMap<EventPosition, Lane>,
    /// Lanes whose first row may have been waiting for what is finished now.
    pub(crate) freed: BTreeSet<Lane>,
    /// The order of the last claim, once it holds for every row.
    pub(crate) order: Option<Order>,
    /// Where giving rows a new order goes on, while that is not done.
    pub(crate) sweep: Option<Lane>,
    /// When something was claimed last.
    pub(crate) now: Timestamp,
    /// After a crash: what may have been in flight, being a row, ..
    suspects: BTreeSet<EventPosition>,
    /// .. or never settled up to here.
    suspects_to: Option<EventPosition>,
    pub(crate) turns: Turns,
    pub(crate) counts: Counts,
    /// Events that were passed over since this was written.
    pub(crate) unwritten: usize,
    /// Whether a request of this commit has changed it.
    pub(crate) is_changed: bool,
}

/// What became of a sink's events.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Counts {
    pub(crate) delivered: u64,
    pub(crate) unmatched: u64,
    pub(crate) retrying: u64,
    pub(crate) dead: u64,
    pub(crate) expired: u64,
}

/// Who holds a claim, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    pub(crate) owner: Arc<str>,
    pub(crate) until: Timestamp,
}

/// A claimed event.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) lease: Lease,
    pub(crate) lane: Lane,
    /// Whether it was never given to the sink before.
    pub(crate) is_first: bool,
}

/// A claim that was ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) lane: Lane,
    /// Whether it has a row in `retry`.
    pub(crate) is_row: bool,
}

impl Sink {
    /// A sink that has come to `position`, and has settled spans above it.
    pub(crate) fn at(position: EventPosition, settled: Vec<(u64, u64)>, counts: Counts) -> Self {
        let mut sink = Self {
            looked: position,
            earlier: settled.into_iter().collect(),
            fresh: BTreeMap::new(),
            again: BTreeMap::new(),
            skipped: BTreeMap::new(),
            blocked: BTreeMap::new(),
            demoted: BTreeMap::new(),
            freed: BTreeSet::new(),
            order: None,
            sweep: None,
            now: Timestamp::UNIX_EPOCH,
            suspects: BTreeSet::new(),
            suspects_to: None,
            turns: Turns::default(),
            counts,
            unwritten: 0,
            is_changed: false,
        };
        sink.look_past_earlier();
        sink
    }

    /// What was never settled up to `last` may have been in flight at the crash, and these `rows`.
    pub(crate) fn suspect(&mut self, last: EventPosition, rows: BTreeSet<EventPosition>) {
        self.suspects_to = Some(last);
        self.suspects = rows;
    }

    /// Whether it may have been given something when the process ended.
    pub(crate) fn is_after_crash(&self) -> bool {
        self.suspects_to.is_some()
    }

    /// Whether it may have been given `event` then, which has a row by now or has none.
    pub(crate) fn suspects(&self, event: EventPosition, is_row: bool) -> bool {
        if is_row {
            self.suspects.contains(&event)
        } else {
            self.suspects_to.is_some_and(|last| event <= last)
        }
    }

    /// Every event up to here was looked at.
    pub(crate) fn looked(&self) -> EventPosition {
        self.looked
    }

    /// The next event to look at.
    pub(crate) fn next(&self) -> EventPosition {
        EventPosition(self.looked.0 + 1)
    }

    /// The next event was looked at.
    pub(crate) fn look(&mut self) {
        self.looked.0 += 1;
        self.look_past_earlier();
    }

    fn look_past_earlier(&mut self) {
        while let Some(last) = self.earlier.remove(&(self.looked.0 + 1)) {
            self.looked.0 = last;
        }
    }

    /// The next event was looked at, and is not for this sink.
    pub(crate) fn pass_over(&mut self) {
        self.counts.unmatched += 1;
        self.unwritten += 1;
        self.look();
    }

    /// Claims an event that was looked at and never settled.
    pub(crate) fn claim_fresh(&mut self, event: EventPosition, held: Held) {
        self.skipped.remove(&event);
        self.fresh.insert(event, held);
    }

    /// Claims an event that is due for another attempt.
    pub(crate) fn claim_again(&mut self, event: EventPosition, held: Held) {
        self.again.insert(event, held);
    }

    /// Ends the claim of `owner`; `None` when it holds none.
    ///
    /// A lease that expired and that nobody took over is still its owner's: what it did counts.
    pub(crate) fn settle(&mut self, event: EventPosition, owner: &str) -> Option<Ended> {
        self.suspects.remove(&event);
        let again = take(&mut self.again, event, owner).map(|lane| Ended { lane, is_row: true });
        again.or_else(|| {
            let lane = take(&mut self.fresh, event, owner)?;
            Some(Ended {
                lane,
                is_row: false,
            })
        })
    }

    /// Every event up to here was settled at least once.
    pub(crate) fn position(&self) -> EventPosition {
        let first = |waiting: &BTreeMap<EventPosition, Lane>| waiting.keys().next().copied();
        let oldest = [
            self.fresh.keys().next().copied(),
            first(&self.skipped),
            first(&self.blocked),
        ];
        match oldest.into_iter().flatten().min() {
            Some(oldest) => EventPosition(oldest.0 - 1),
            None => self.looked,
        }
    }

    /// The spans above the position that were settled, in order. There is at most one more of them
    /// than of claimed and waiting events, which are few.
    pub(crate) fn settled(&self) -> Vec<(u64, u64)> {
        let open = self.fresh.keys().chain(self.skipped.keys());
        let open: BTreeSet<u64> = open.chain(self.blocked.keys()).map(|open| open.0).collect();
        let mut spans = Vec::new();
        let mut next = self.position().0 + 1;
        for open in open.into_iter().chain([self.looked.0 + 1]) {
            if next < open {
                spans.push((next, open - 1));
            }
            next = open + 1;
        }
        spans.extend(self.earlier.iter().map(|(&first, &last)| (first, last)));
        spans
    }

    /// Every claim.
    pub(crate) fn claims(&self) -> impl Iterator<Item = (EventPosition, &Held)> {
        let all = self.fresh.iter().chain(&self.again);
        all.map(|(&event, held)| (event, held))
    }

    /// The first event after `after` that was never settled, and whose claim has expired.
    pub(crate) fn expired(&self, after: EventPosition, now: Timestamp) -> Option<EventPosition> {
        let behind = self.fresh.range(EventPosition(after.0 + 1)..);
        let mut expired = behind.filter(|(_, held)| held.lease.until <= now);
        expired.next().map(|(&event, _)| event)
    }

    /// Whether `event`, which is due for another attempt, is claimed at this moment.
    pub(crate) fn is_claimed_again(&self, event: EventPosition, now: Timestamp) -> bool {
        let held = self.again.get(&event);
        held.is_some_and(|held| now < held.lease.until)
    }

    /// How many more events may be claimed that were never given to the sink.
    pub(crate) fn room(&self) -> usize {
        let again = self.again.values().filter(|held| held.is_first).count();
        MAX_UNSETTLED.saturating_sub(self.fresh.len() + again)
    }

    /// Whether no more may wait in memory.
    pub(crate) fn is_crowded(&self) -> bool {
        self.skipped.len() + self.blocked.len() + self.demoted.len() >= MOST_WAITING
    }

    /// Whether it knows what a crash would forget, and what is to be written at the next occasion.
    pub(crate) fn has_news(&self) -> bool {
        self.unwritten > 0 || !self.blocked.is_empty() || !self.demoted.is_empty()
    }

    /// From now on `order` is the one to keep: what waits in memory is looked at again.
    pub(crate) fn reorder(&mut self, order: Order) {
        self.order = Some(order);
        self.skipped.append(&mut self.blocked);
        self.demoted.clear();
    }

    /// What waits in memory for an event of `lane` waits for a row now.
    pub(crate) fn block(&mut self, lane: Lane) {
        let of_lane = self.skipped.extract_if(.., |_, of| *of == lane);
        self.blocked.extend(of_lane);
    }
}

fn take(
    claims: &mut BTreeMap<EventPosition, Held>,
    event: EventPosition,
    owner: &str,
) -> Option<Lane> {
    let is_owners = claims
        .get(&event)
        .is_some_and(|held| *held.lease.owner == *owner);
    let held = if is_owners {
        claims.remove(&event)
    } else {
        None
    };
    held.map(|held| held.lane)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held() -> Held {
        Held {
            lease: Lease {
                owner: "me".into(),
                until: Timestamp::UNIX_EPOCH,
            },
            lane: Lane(1),
            is_first: true,
        }
    }

    #[test]
    fn what_is_settled_is_a_few_spans_whatever_their_length() {
        let mut sink = Sink::at(EventPosition(10), vec![(2010, 2020)], Counts::default());
        for event in 11..=2000 {
            sink.look();
            if event % 1000 == 0 {
                sink.claim_fresh(EventPosition(event), held());
            }
        }

        assert_eq!(sink.position(), EventPosition(999));
        assert_eq!(sink.settled(), [(1001, 1999), (2010, 2020)]);
        sink.settle(EventPosition(1000), "me").unwrap();
        assert_eq!(sink.position(), EventPosition(1999));
        assert_eq!(sink.settled(), [(2010, 2020)]);
        sink.settle(EventPosition(2000), "me").unwrap();
        (2001..2010).for_each(|_| sink.look());
        assert_eq!(sink.looked(), EventPosition(2020));
        assert_eq!(sink.position(), EventPosition(2020));
        assert_eq!(sink.settled(), []);
    }

    #[test]
    fn only_the_owner_ends_a_claim() {
        let mut sink = Sink::at(EventPosition(0), Vec::new(), Counts::default());
        sink.look();
        sink.claim_fresh(EventPosition(1), held());

        assert!(sink.settle(EventPosition(1), "you").is_none());
        assert!(sink.settle(EventPosition(1), "me").is_some());
        assert!(sink.settle(EventPosition(1), "me").is_none());
    }
}
