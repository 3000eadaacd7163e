//! The events that were recorded last.

use std::collections::VecDeque;

use switchboard_core::journal::EventPosition;

use super::EventRow;

/// So many bytes of JSON are kept; what is beside them takes a few times as many.
const MOST_BYTES: usize = 4 << 20;

/// The events that were recorded last, in memory. A sink that keeps up is given them without their
/// being read back.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    /// Without gaps.
    events: VecDeque<EventRow>,
    bytes: usize,
}

impl Recent {
    /// The event at `position`, if it is among them.
    pub(super) fn get(&self, position: EventPosition) -> Option<EventRow> {
        let first = self.events.front()?.position;
        let index = position.0.checked_sub(first.0)?;
        self.events.get(usize::try_from(index).ok()?).cloned()
    }

    /// Adds events that were committed, in order. Those before a gap are let go.
    pub(super) fn extend(&mut self, events: Vec<EventRow>) {
        for event in events {
            let is_next = |last: &EventRow| last.position.0 + 1 == event.position.0;
            if !self.events.back().is_none_or(is_next) {
                *self = Self::default();
            }
            self.bytes += event.bytes();
            self.events.push_back(event);
        }
        while self.bytes > MOST_BYTES
            && let Some(oldest) = self.events.pop_front()
        {
            self.bytes -= oldest.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use switchboard_core::journal::LogPosition;

    use super::super::reader::Body;
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

    fn found(recent: &Recent) -> Vec<u64> {
        let found = (0..20).filter_map(|position| recent.get(EventPosition(position)));
        found.map(|event| event.position.0).collect()
    }

    #[test]
    fn the_last_ones_are_found_by_their_position() {
        let mut recent = Recent::default();
        recent.extend(vec![event(7, 1), event(8, 1)]);
        recent.extend(vec![event(9, 1)]);

        assert_eq!(found(&recent), [7, 8, 9]);
    }

    #[test]
    fn the_oldest_go_when_there_is_no_more_room() {
        let mut recent = Recent::default();
        let quarter = |position| event(position, MOST_BYTES / 4);
        recent.extend((1..=5).map(quarter).collect());

        assert_eq!(found(&recent), [2, 3, 4, 5]);
    }

    #[test]
    fn what_is_before_a_gap_is_let_go() {
        let mut recent = Recent::default();
        recent.extend(vec![event(1, 1), event(2, 1), event(4, 1)]);

        assert_eq!(found(&recent), [4]);
        assert_eq!(recent.bytes, 1);
    }
}
