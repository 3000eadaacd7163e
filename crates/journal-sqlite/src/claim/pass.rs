//! One look through what a sink can be given.

use switchboard_core::journal::{EventPosition, LONGEST_PAUSE};
use switchboard_core::{Filter, Timestamp};

use super::due::Rows;
use super::standing::{Lanes, Standing};
use super::{Candidate, Wanted};
use crate::failure::Failure;
use crate::index::{Due, EventRow, IndexReader};
use crate::lane::Lane;
use crate::sinks::{Held, Sink};

/// So many events are looked at for the first time before others have their turn to write.
const MOST_LOOKED: usize = 4096;

/// So many rows that are not due yet are asked whether it would be their turn. The moment that is
/// told may be one too early, which costs a look.
const MOST_ASKED: usize = 64;

/// Finds candidates, and claims each that it gives out.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    wanted: &'a Wanted,
    index: &'a IndexReader,
    /// The last event that was recorded.
    head: EventPosition,
    sink: Sink,
    /// `None` where no event waits for another.
    lanes: Option<Lanes>,
    /// Whether the filter lets everything through, so that nothing is read to be judged.
    wants_all: bool,
    due: [Rows; 2],
    /// Up to where expired claims have been gone through; `None` once all have.
    expired: Option<EventPosition>,
    /// Which of those that wait in memory have been gone through.
    skipped: EventPosition,
    looked: usize,
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        wanted: &'a Wanted,
        head: EventPosition,
        sink: Sink,
        index: &'a IndexReader,
    ) -> Self {
        let now = wanted.now.as_micros();
        Self {
            wanted,
            index,
            head,
            lanes: Lanes::of(&sink, wanted.order),
            wants_all: *wanted.filter == Filter::default(),
            // What is due in too long a time was settled by a clock that was set back since.
            due: [
                Rows::between(i64::MIN, now),
                Rows::between(wanted.latest(), i64::MAX),
            ],
            expired: Some(EventPosition::default()),
            skipped: EventPosition::default(),
            looked: 0,
            sink,
        }
    }

    pub(super) fn into_sink(self) -> Sink {
        self.sink
    }

    /// Claims the next event that is due for another attempt.
    pub(super) fn next_due(&mut self) -> Result<Option<Candidate>, Failure> {
        let Some((rows, due)) = self.peek_due()? else {
            return Ok(None);
        };
        let row = self.index.event(due.event)?;
        self.due[rows].pass();
        let held = self.held(due.lane, is_untried(&due));
        if let Some(lanes) = &mut self.lanes {
            lanes.claim(due.event, &held);
        }
        self.sink.claim_again(due.event, held);
        Ok(Some(Candidate {
            row,
            due: Some(due),
        }))
    }

    /// The next event that can be claimed because it is due, and in which of the rows it stands.
    fn peek_due(&mut self) -> Result<Option<(usize, Due)>, Failure> {
        if self.sink.counts.retrying == 0 {
            return Ok(None);
        }
        for rows in 0..self.due.len() {
            while let Some(due) = self.due[rows].peek(self.wanted, self.index)? {
                if self.can_be_claimed(&due)? {
                    return Ok(Some((rows, due)));
                }
                self.due[rows].pass();
            }
        }
        Ok(None)
    }

    fn can_be_claimed(&mut self, due: &Due) -> Result<bool, Failure> {
        let is_free = self.is_free(due) && !(is_untried(due) && self.sink.room() == 0);
        if !is_free || self.lanes.is_none() {
            return Ok(is_free);
        }
        // One of its lane may be before it among those that were not looked at yet.
        if due.event > self.sink.looked() {
            return Ok(false);
        }
        let standing = self.standing(due.event, due.lane)?;
        if standing == Standing::BehindRow && !self.sink.is_crowded() {
            self.sink.demoted.insert(due.event, due.lane);
        }
        Ok(standing == Standing::Leads)
    }

    fn is_free(&self, due: &Due) -> bool {
        !self.sink.is_claimed_again(due.event, self.wanted.now)
            && !self.sink.demoted.contains_key(&due.event)
    }

    /// Claims the next event that was never settled.
    pub(super) fn next_fresh(&mut self) -> Result<Option<Candidate>, Failure> {
        while let Some(after) = self.expired {
            self.expired = self.sink.expired(after, self.wanted.now);
            let Some(event) = self.expired else {
                break;
            };
            let row = self.index.event(event)?;
            if self.standing(event, row.lane)? == Standing::Leads {
                return Ok(Some(self.claim_fresh(row)));
            }
        }
        while let Some((event, lane)) = self.next_skipped() {
            if self.sink.room() == 0 {
                return Ok(None);
            }
            self.skipped = event;
            match self.standing(event, lane)? {
                Standing::Leads => {
                    let row = self.index.event(event)?;
                    return Ok(Some(self.claim_fresh(row)));
                }
                Standing::BehindClaim => {}
                Standing::BehindRow => {
                    self.sink.skipped.remove(&event);
                    self.sink.blocked.insert(event, lane);
                }
            }
        }
        self.look_on()
    }

    fn next_skipped(&self) -> Option<(EventPosition, Lane)> {
        let from = EventPosition(self.skipped.0 + 1);
        let mut behind = self.sink.skipped.range(from..);
        behind.next().map(|(&event, &lane)| (event, lane))
    }

    /// Looks at events for the first time, until one can be claimed.
    fn look_on(&mut self) -> Result<Option<Candidate>, Failure> {
        while self.sink.next() <= self.head
            && self.looked < MOST_LOOKED
            && self.sink.room() > 0
            && !self.sink.is_crowded()
        {
            self.looked += 1;
            let event = self.sink.next();
            let mut row = self.index.event(event)?;
            if !self.is_wanted(&mut row)? {
                self.sink.pass_over();
                continue;
            }
            let standing = self.standing(event, row.lane)?;
            self.sink.look();
            match standing {
                Standing::Leads => return Ok(Some(self.claim_fresh(row))),
                Standing::BehindClaim => self.sink.skipped.insert(event, row.lane),
                Standing::BehindRow => self.sink.blocked.insert(event, row.lane),
            };
            if let Some(lanes) = &mut self.lanes {
                lanes.wait(event, row.lane);
            }
            self.skipped = event;
        }
        Ok(None)
    }

    /// Whether the sink wants the event. One that cannot be read is not judged: it is claimed, to be
    /// given up.
    fn is_wanted(&self, row: &mut EventRow) -> Result<bool, Failure> {
        if !row.is_meant_for(&self.wanted.sink)? {
            return Ok(false);
        }
        if self.wants_all {
            return Ok(true);
        }
        let envelope = row.envelope()?;
        Ok(envelope.is_none_or(|envelope| self.wanted.filter.wants(&envelope)))
    }

    fn claim_fresh(&mut self, row: EventRow) -> Candidate {
        let held = self.held(row.lane, true);
        if let Some(lanes) = &mut self.lanes {
            lanes.claim(row.position, &held);
        }
        self.sink.claim_fresh(row.position, held);
        Candidate { row, due: None }
    }

    fn held(&self, lane: Lane, is_first: bool) -> Held {
        Held {
            lease: self.wanted.lease.clone(),
            lane,
            is_first,
        }
    }

    fn standing(&self, event: EventPosition, lane: Lane) -> Result<Standing, Failure> {
        match &self.lanes {
            Some(lanes) => lanes.standing(event, lane, self.wanted, &self.sink, self.index),
            None => Ok(Standing::Leads),
        }
    }

    /// When the next event is due that nobody holds and whose turn it is.
    pub(super) fn next_moment(&mut self) -> Result<Option<Timestamp>, Failure> {
        if self.sink.counts.retrying == 0 {
            return Ok(None);
        }
        if let Some((_, due)) = self.peek_due()? {
            return Ok(Some(due.at.min(self.wanted.now)));
        }
        let mut later = Rows::between(self.wanted.now.as_micros(), self.wanted.latest());
        let mut asked = 0;
        while let Some(due) = later.peek(self.wanted, self.index)? {
            later.pass();
            if !self.is_free(&due) {
                continue;
            }
            asked += 1;
            if asked > MOST_ASKED || self.standing(due.event, due.lane)? == Standing::Leads {
                return Ok(Some(due.at));
            }
        }
        Ok(None)
    }
}

/// Whether no attempt was made: it was held, or is to begin anew.
fn is_untried(due: &Due) -> bool {
    due.attempts == 0 && due.first_attempt.is_none()
}

impl Wanted {
    /// The latest moment that something can wait for, in microseconds.
    fn latest(&self) -> i64 {
        self.now.plus(LONGEST_PAUSE).as_micros()
    }
}
