//! The rows of a sink that are due, in pages.

use std::collections::VecDeque;

use super::Wanted;
use crate::failure::Failure;
use crate::index::{Due, HELD, IndexReader};

const PAGE: usize = 64;

/// Goes through the rows that are due in one span of time, the earliest first.
#[derive(Debug)]
pub(super) struct Rows {
    /// The last one that was read: when it is due, and its event.
    last: (i64, u64),
    to: i64,
    page: VecDeque<Due>,
    is_over: bool,
}

impl Rows {
    /// Those that are due after `after` and not after `to`, in microseconds.
    pub(super) fn between(after: i64, to: i64) -> Self {
        Self {
            // SQLite's numbers end earlier than ours.
            last: (after, i64::MAX as u64),
            to: to.min(HELD - 1),
            page: VecDeque::new(),
            is_over: false,
        }
    }

    /// The next row, which stays the next.
    pub(super) fn peek(
        &mut self,
        wanted: &Wanted,
        index: &IndexReader,
    ) -> Result<Option<Due>, Failure> {
        if self.page.is_empty() && !self.is_over {
            // Few are wanted at a time, mostly.
            let limit = wanted.limit.saturating_add(1).min(PAGE);
            let page = index.due(&wanted.sink, self.last, self.to, limit)?;
            self.is_over = page.len() < limit;
            if let Some(due) = page.last() {
                self.last = (due.at.as_micros(), due.event.0);
            }
            self.page = page.into();
        }
        Ok(self.page.front().copied())
    }

    /// Moves past the next row.
    pub(super) fn pass(&mut self) {
        self.page.pop_front();
    }
}
