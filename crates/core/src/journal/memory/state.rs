//! What a journal in memory holds.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::lane::Lane;
use crate::journal::{
    AppendError, ClaimRequest, Claims, Counters, DeadLetter, Decoded, EventPosition, EventRecord,
    Intake, JournalError, Line, LogPosition, Pause, Replay, Settlement, SinkCounters, Stored,
    Tally, Undecoded,
};
use crate::sink::Envelope;

/// All of it.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) log: Vec<Stored>,
    pub(super) events: Vec<Kept>,
    pub(super) undecoded: BTreeMap<LogPosition, Undecoded>,
    pub(super) pauses: BTreeMap<Line, Pause>,
    pub(super) tally: Tally,
    pub(super) append_failure: Option<AppendError>,
    pub(super) is_closed: bool,
    /// How often it was reopened with deliveries to decode, and none recorded in between.
    pub(super) stalls: u32,
    /// The last delivery that was recorded when it was reopened last.
    stalled_at: Option<LogPosition>,
    /// The last delivery that was recorded.
    recorded: LogPosition,
    /// Where the event of each (`source`, `id`) is.
    known: HashMap<(String, String), usize>,
    replayed: u64,
    lanes: BTreeMap<String, Lane>,
}

/// An event as it was recorded.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) envelope: Arc<Envelope>,
    delivery: LogPosition,
    /// The only sinks that are given it.
    only: Option<Vec<String>>,
    repeated_by: Vec<LogPosition>,
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
        if !self.is_closed {
            let is_idle = self.recorded.0 == self.log.len() as u64;
            let is_stuck = self.stalled_at == Some(self.recorded);
            self.stalls = match (is_idle, is_stuck) {
                (true, _) => 0,
                (false, true) => self.stalls + 1,
                (false, false) => 1,
            };
            self.stalled_at = Some(self.recorded);
        } else {
            self.stalls = 0;
        }
        let is_crash = !self.is_closed;
        let lanes = self.lanes.values_mut();
        lanes.for_each(|lane| lane.reopen(is_crash));
        self.is_closed = false;
    }

    pub(super) fn ready(&self) -> Result<(), AppendError> {
        if self.is_closed {
            return Err(AppendError::Stopped);
        }
        self.append_failure.clone().map_or(Ok(()), Err)
    }

    pub(super) fn append(&mut self, intake: Intake) -> Result<LogPosition, AppendError> {
        self.ready()?;
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
                    for envelope in events {
                        if self.keep(envelope, *position, None) {
                            tally.events += 1;
                        } else {
                            tally.duplicates += 1;
                        }
                    }
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

    /// Keeps `event` if it is new, and tells whether it was. One that is there is linked to the
    /// delivery that repeats it.
    fn keep(
        &mut self,
        envelope: &Arc<Envelope>,
        delivery: LogPosition,
        only: Option<&Vec<String>>,
    ) -> bool {
        let index = self.events.len();
        let key = (envelope.source().to_owned(), envelope.id().to_owned());
        let known = *self.known.entry(key).or_insert(index);
        if known < index {
            let kept = &mut self.events[known];
            if kept.delivery != delivery && !kept.repeated_by.contains(&delivery) {
                kept.repeated_by.push(delivery);
            }
            return false;
        }
        self.events.push(Kept {
            envelope: Arc::clone(envelope),
            delivery,
            only: only.cloned(),
            repeated_by: Vec::new(),
        });
        true
    }

    pub(super) fn subscribe(&mut self, sink: &str) {
        let head = self.head();
        self.lanes
            .entry(sink.to_owned())
            .or_insert_with(|| Lane::starting_after(sink, head));
    }

    pub(super) fn claim(&mut self, request: &ClaimRequest<'_>) -> Claims {
        let head = self.head();
        let Some(lane) = self.lanes.get_mut(request.sink) else {
            return Claims {
                head,
                ..Claims::default()
            };
        };
        // Positions count from one.
        let recorded = self.events.iter().skip(lane.admitted().0 as usize);
        lane.admit(
            request,
            recorded.map(|kept| (&kept.envelope, kept.only.as_deref())),
        );
        let mut claims = lane.claim(request);
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

    pub(super) fn begin(&mut self, sink: &str, event: EventPosition) -> u32 {
        let lane = self.lanes.get_mut(sink);
        lane.map_or(0, |lane| lane.begin(event))
    }

    pub(super) fn revive(&mut self, sink: &str, events: &[EventPosition]) -> u64 {
        let lane = self.lanes.get_mut(sink);
        lane.map_or(0, |lane| lane.revive(events))
    }

    pub(super) fn discard(&mut self, sink: &str, events: &[EventPosition]) -> u64 {
        let lane = self.lanes.get_mut(sink);
        lane.map_or(0, |lane| lane.discard(events))
    }

    pub(super) fn replay(&mut self, replays: &[Replay]) -> u64 {
        let before = self.events.len();
        for replay in replays {
            let is_known = |sink: &String| self.lanes.contains_key(sink);
            if replay
                .sinks
                .as_ref()
                .is_none_or(|sinks| sinks.iter().any(is_known))
            {
                let envelope = Arc::new(Envelope::sealed(replay.event.clone()));
                self.keep(&envelope, replay.delivery, replay.sinks.as_ref());
            }
        }
        let replayed = (self.events.len() - before) as u64;
        self.replayed += replayed;
        replayed
    }

    /// Undecoded deliveries after `after`.
    pub(super) fn undecoded(&self, after: LogPosition, limit: usize) -> Vec<(Stored, Undecoded)> {
        let behind = self.undecoded.range(LogPosition(after.0 + 1)..);
        let found = behind.filter_map(|(position, undecoded)| {
            Some((self.delivery(*position)?, undecoded.clone()))
        });
        found.take(limit).collect()
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

    pub(super) fn counters(&self) -> Counters {
        let undecoded = self.undecoded.len() as u64;
        Counters {
            stored: self.log.len() as u64,
            decoded: self.recorded.0 - undecoded,
            undecoded,
            events: self.head().0,
            duplicates: self.tally.duplicates,
            replayed: self.replayed,
            sinks: self
                .lanes
                .values()
                .map(|lane| self.standing(lane))
                .collect(),
            ..Counters::default()
        }
    }

    pub(super) fn sink(&self, sink: &str) -> SinkCounters {
        let lane = self.lanes.get(sink);
        lane.map(|lane| self.standing(lane)).unwrap_or_default()
    }

    fn standing(&self, lane: &Lane) -> SinkCounters {
        let mut standing = lane.counters(self.head());
        // What was not looked at yet is behind everything that was.
        let next = self.events.get(lane.admitted().0 as usize);
        let next = next.map(|kept| kept.envelope.recordedtime());
        standing.oldest = standing.oldest.or(next);
        standing
    }

    /// Every event as it is listed, in order.
    pub(super) fn records(&self) -> impl DoubleEndedIterator<Item = EventRecord> {
        self.events
            .iter()
            .enumerate()
            .map(|(index, kept)| EventRecord {
                duplicates: kept.repeated_by.len() as u64,
                repeated_by: kept.repeated_by.clone(),
                ..EventRecord::new(
                    EventPosition(index as u64 + 1),
                    kept.delivery,
                    Arc::clone(&kept.envelope),
                )
            })
    }

    /// Every dead letter of every sink.
    pub(super) fn dead_letters(&self) -> impl Iterator<Item = DeadLetter> {
        self.lanes.values().flat_map(Lane::dead_letters)
    }
}
