//! The events that were recorded last.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use switchboard_core::journal::EventPosition;
use switchboard_core::sink::Envelope;

use super::EventRow;
use super::reader::Body;

/// So many bytes of JSON are kept; attributes and places take about as many beside that of small events.
const MOST_BYTES: usize = 16 << 20;

/// The events that were recorded last, in memory. A sink that keeps up is given them without their
/// being read back.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    /// Without gaps.
    events: VecDeque<Kept>,
    bytes: usize,
}

/// An event, of which there is no more than JSON and attributes.
#[derive(Debug)]
struct Kept {
    row: EventRow,
    /// What those who asked last were given, while they have it.
    given: Weak<Envelope>,
}

impl Recent {
    /// The event at `position`, if it is among them.
    pub(super) fn get(&mut self, position: EventPosition) -> Option<EventRow> {
        let first = self.events.front()?.row.position;
        let index = position.0.checked_sub(first.0)?;
        let kept = self.events.get_mut(usize::try_from(index).ok()?)?;
        Some(kept.share())
    }

    /// Adds events that were committed, in order. Those before a gap are let go.
    pub(super) fn extend(&mut self, events: Vec<EventRow>) {
        for row in events {
            let is_next = |last: &Kept| last.row.position.0 + 1 == row.position.0;
            if !self.events.back().is_none_or(is_next) {
                *self = Self::default();
            }
            self.bytes += row.bytes();
            self.events.push_back(Kept {
                row,
                given: Weak::new(),
            });
        }
        while self.bytes > MOST_BYTES
            && let Some(oldest) = self.events.pop_front()
        {
            self.bytes -= oldest.row.bytes();
        }
    }
}

impl Kept {
    /// The event for one more sink. They share an envelope that none of them outlives, so a tree that
    /// one of them made serves all, and is let go with their claims.
    fn share(&mut self) -> EventRow {
        let mut row = self.row.clone();
        if let Body::Sealed(envelope) = &mut row.body {
            let given = self.given.upgrade();
            *envelope = given.unwrap_or_else(|| Arc::new(Envelope::clone(envelope)));
            self.given = Arc::downgrade(envelope);
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;
    use switchboard_core::journal::LogPosition;
    use switchboard_core::{DedupKey, Draft, Event};

    use super::*;
    use crate::lane::Lane;

    fn event(position: u64, bytes: usize) -> EventRow {
        EventRow {
            position: EventPosition(position),
            delivery: LogPosition(position),
            lane: Lane(0),
            sinks: None,
            body: Body::Stored {
                checksum: 0,
                json: Bytes::from(vec![b' '; bytes]),
            },
        }
    }

    fn sealed(position: u64) -> EventRow {
        let draft = Draft::unknown("x", json!({}), DedupKey::provider([position]));
        let envelope = Envelope::sealed(Event::for_test(draft));
        EventRow {
            body: Body::Sealed(Arc::new(envelope)),
            ..event(position, 0)
        }
    }

    fn found(recent: &mut Recent) -> Vec<u64> {
        let found = (0..20).filter_map(|position| recent.get(EventPosition(position)));
        found.map(|event| event.position.0).collect()
    }

    #[test]
    fn the_last_ones_are_found_by_their_position() {
        let mut recent = Recent::default();
        recent.extend(vec![event(7, 1), event(8, 1)]);
        recent.extend(vec![event(9, 1)]);

        assert_eq!(found(&mut recent), [7, 8, 9]);
    }

    #[test]
    fn sinks_share_an_envelope_which_ends_with_their_claims() {
        let mut recent = Recent::default();
        recent.extend(vec![sealed(1)]);
        let mut given = || {
            let mut row = recent.get(EventPosition(1)).unwrap();
            row.envelope().unwrap().unwrap()
        };

        let (one, other) = (given(), given());
        assert!(Arc::ptr_eq(&one, &other));
        assert_eq!(one.event().id, "provider.event:1");

        let tree = Arc::downgrade(&one);
        drop((one, other));
        assert!(tree.upgrade().is_none(), "nobody has it any more");
        assert_eq!(given().id(), "provider.event:1");
    }

    #[test]
    fn the_oldest_go_when_there_is_no_more_room() {
        let mut recent = Recent::default();
        let quarter = |position| event(position, MOST_BYTES / 4);
        recent.extend((1..=5).map(quarter).collect());

        assert_eq!(found(&mut recent), [2, 3, 4, 5]);
    }

    #[test]
    fn what_is_before_a_gap_is_let_go() {
        let mut recent = Recent::default();
        recent.extend(vec![event(1, 1), event(2, 1), event(4, 1)]);

        assert_eq!(found(&mut recent), [4]);
        assert_eq!(recent.bytes, 1);
    }
}
