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
