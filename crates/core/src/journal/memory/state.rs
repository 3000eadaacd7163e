//! What a journal in memory holds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::lane::{DeadLetter, Lane, Standing};
use crate::Event;
use crate::journal::{
    AppendError, ClaimRequest, Claims, Decoded, EventPosition, Intake, JournalError, LogPosition,
    Settlement, Stored, Tally, Undecoded,
};
use crate::sink::Envelope;

/// All of it.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) log: Vec<Stored>,
    pub(super) events: Vec<Arc<Envelope>>,
    pub(super) undecoded: BTreeMap<LogPosition, Undecoded>,
    pub(super) tally: Tally,
    pub(super) append_failure: Option<AppendError>,
    pub(super) is_closed: bool,
    /// The last delivery that was recorded.
    recorded: LogPosition,
    /// The (`source`, `id`) of every event.
    known: HashSet<(String, String)>,
    lanes: HashMap<String, Lane>,
}

impl State {
    /// This state, unless the journal was closed.
    pub(super) fn opened(&mut self) -> Result<&mut Self, JournalError> {
        if self.is_closed {
            Err(JournalError::Stopped)
        } else {
            Ok(self)
        }
    }

    pub(super) fn reopen(&mut self) {
        self.is_closed = false;
        self.lanes.values_mut().for_each(Lane::reopen);
    }

    pub(super) fn append(&mut self, intake: Intake) -> Result<LogPosition, AppendError> {
        if self.is_closed {
            return Err(AppendError::Stopped);
        }
        if let Some(failure) = &self.append_failure {
            return Err(failure.clone());
        }
        let position = LogPosition(self.log.len() as u64 + 1);
        self.log.push(Stored { position, intake });
        Ok(position)
    }

    /// The oldest deliveries that are not recorded, or `None` when all are.
    pub(super) fn unrecorded(&mut self, limit: usize) -> Result<Option<Vec<Stored>>, JournalError> {
        let Self { log, recorded, .. } = self.opened()?;
        let first = log.partition_point(|stored| stored.position <= *recorded);
        let batch: Vec<Stored> = log[first..].iter().take(limit.max(1)).cloned().collect();
        Ok(Some(batch).filter(|batch| !batch.is_empty()))
    }

    pub(super) fn record(&mut self, batch: &[Decoded]) -> Tally {
        let mut tally = Tally::default();
        for Decoded { position, outcome } in batch {
            if position.0 > self.recorded.0 + 1 {
                // One was left out.
                break;
            }
            self.recorded = self.recorded.max(*position);
            match outcome {
                Ok(events) => {
                    self.undecoded.remove(position);
                    let new = events.iter().filter(|event| self.keep(event)).count() as u64;
                    tally.events += new;
                    tally.duplicates += events.len() as u64 - new;
                }
                Err(undecoded) => {
                    self.undecoded.insert(*position, undecoded.clone());
                    tally.undecoded += 1;
                }
            }
        }
        self.tally.events += tally.events;
        self.tally.duplicates += tally.duplicates;
        self.tally.undecoded += tally.undecoded;
        tally
    }

    /// Keeps `event` if it is new, and tells whether it was.
    fn keep(&mut self, event: &Event) -> bool {
        let is_new = self.known.insert((event.source.clone(), event.id.clone()));
        if is_new {
            self.events.push(Arc::new(Envelope::new(event.clone())));
        }
        is_new
    }

    pub(super) fn subscribe(&mut self, sink: &str) {
        let head = self.head();
        self.lanes
            .entry(sink.to_owned())
            .or_insert_with(|| Lane::starting_after(head));
    }

    pub(super) fn claim(&mut self, request: &ClaimRequest<'_>) -> Claims {
        let head = self.head();
        let Some(lane) = self.lanes.get_mut(request.sink) else {
            return Claims {
                head,
                ..Claims::default()
            };
        };
        lane.admit(head);
        // Positions count from one.
        let mut claims = lane.claim(request, |position| {
            Arc::clone(&self.events[position.0 as usize - 1])
        });
        claims.head = head;
        claims
    }

    pub(super) fn settle(&mut self, sink: &str, owner: &str, settlements: &[Settlement]) {
        if let Some(lane) = self.lanes.get_mut(sink) {
            for settlement in settlements {
                lane.settle(owner, settlement);
            }
        }
    }

    pub(super) fn head(&self) -> EventPosition {
        EventPosition(self.events.len() as u64)
    }

    pub(super) fn delivery(&self, position: LogPosition) -> Option<Stored> {
        let index = self
            .log
            .binary_search_by_key(&position, |stored| stored.position);
        index.ok().map(|index| self.log[index].clone())
    }

    pub(super) fn standing(&self, sink: &str) -> Standing {
        let lane = self.lanes.get(sink);
        lane.map(|lane| lane.standing(self.head()))
            .unwrap_or_default()
    }

    pub(super) fn dead_letters(&self, sink: &str) -> Vec<DeadLetter> {
        let lane = self.lanes.get(sink);
        lane.map(|lane| lane.dead.clone()).unwrap_or_default()
    }
}
