//! What must be true, kept beside the journal by whoever watches its calls.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use switchboard_core::Event;
use switchboard_core::journal::{Counters, EventPosition, Replay, Tally};

use super::standing::Standing;
use super::terms::Terms;
use crate::BrokenPromise;

/// Whether what was seen may be.
pub(super) type Seen<T = ()> = Result<T, BrokenPromise>;

/// A promise that was seen broken.
pub(super) fn broken<T>(promise: &'static str, how: impl Into<String>) -> Seen<T> {
    let how = how.into();
    Err(BrokenPromise { promise, how })
}

/// An event that was recorded.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) event: Event,
    /// Which lane it is of.
    pub(super) lane: usize,
    /// The only sinks that are given it.
    pub(super) only: Option<Vec<String>>,
}

/// Every event, and how each sink stands.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) events: Vec<Recorded>,
    pub(super) sinks: Vec<Standing>,
    duplicates: u64,
    replayed: u64,
    positions: HashMap<(String, String), u64>,
    lanes: BTreeMap<String, usize>,
}

impl Ledger {
    pub(super) fn new(sinks: Vec<Terms>) -> Self {
        Self {
            events: Vec::new(),
            sinks: sinks.into_iter().map(Standing::new).collect(),
            duplicates: 0,
            replayed: 0,
            positions: HashMap::new(),
            lanes: BTreeMap::new(),
        }
    }

    pub(super) fn head(&self) -> u64 {
        self.events.len() as u64
    }

    /// The standing of a sink beside the events it is about.
    pub(super) fn sink(&mut self, name: &str) -> (&mut Standing, &[Recorded]) {
        let sink = self.sinks.iter_mut().find(|sink| sink.terms.name == name);
        let sink = sink.expect("every world has the same sinks");
        (sink, &self.events)
    }

    /// Where an event is.
    pub(super) fn position(&self, event: &Event) -> Option<u64> {
        let key = (event.source.clone(), event.id.clone());
        self.positions.get(&key).copied()
    }

    /// A delivery was decoded to `events`, which the journal counted as `tally`.
    pub(super) fn recorded<'a>(
        &mut self,
        events: impl Iterator<Item = &'a Event>,
        tally: Tally,
    ) -> Seen {
        let mut expected = Tally::default();
        for event in events {
            if self.keep(event, None) {
                expected.events += 1;
            } else {
                expected.duplicates += 1;
            }
        }
        self.duplicates += expected.duplicates;
        if tally != expected {
            return broken(
                "each event is recorded once",
                format!("expected {expected:?}, saw {tally:?}"),
            );
        }
        Ok(())
    }

    /// Events were recorded again, `count` of them as the journal says.
    pub(super) fn replayed(&mut self, replays: &[Replay], count: u64) -> Seen {
        let mut expected = 0;
        for replay in replays {
            let is_known = |name: &String| self.sinks.iter().any(|sink| sink.terms.name == name);
            let sinks = replay.sinks.as_ref();
            if sinks.is_none_or(|sinks| sinks.iter().any(is_known))
                && self.keep(&replay.event, replay.sinks.clone())
            {
                expected += 1;
            }
        }
        self.replayed += expected;
        if count != expected {
            return broken(
                "a replay is recorded",
                format!("expected {expected} events, saw {count}"),
            );
        }
        Ok(())
    }

    /// The process ended, and the next one began at `now`.
    pub(super) fn restarted(&mut self, now: Duration) {
        for sink in &mut self.sinks {
            sink.restarted(now);
        }
    }

    /// Somebody set the clock.
    pub(super) fn jumped(&mut self, now: Duration) {
        for sink in &mut self.sinks {
            sink.jumped(now);
        }
    }

    /// Compares with what the journal counts.
    pub(super) fn balances(&self, counters: &Counters) -> Seen {
        let seen = (counters.events, counters.duplicates, counters.replayed);
        let expected = (self.head(), self.duplicates, self.replayed);
        if seen != expected {
            let how =
                format!("expected (events, duplicates, replayed) = {expected:?}, saw {seen:?}");
            return broken("the counters balance", how);
        }
        for sink in &self.sinks {
            let name = sink.terms.name;
            let Some(seen) = counters.sinks.iter().find(|seen| seen.name == name) else {
                return broken("a sink that is known stays known", name);
            };
            let sum = seen.delivered + seen.unmatched + seen.pending + seen.dead + seen.expired;
            let (delivered, dead, expired) = (
                sink.delivered,
                sink.dead_letters().count() as u64,
                sink.expired,
            );
            let is_right = sum == self.head() - seen.from.0
                && (seen.delivered, seen.dead, seen.expired) == (delivered, dead, expired);
            if !is_right {
                let how = format!(
                    "{name}: of {} events expected {delivered} delivered, {dead} dead and {expired} expired, saw {seen:?}",
                    self.head()
                );
                return broken("the counters balance", how);
            }
        }
        Ok(())
    }

    /// Nothing is on its way any more: checks what became of every event.
    pub(super) fn is_done(&self, counters: &Counters) -> Seen {
        for sink in &self.sinks {
            let name = sink.terms.name;
            let seen = counters.sinks.iter().find(|seen| seen.name == name);
            let unmatched = seen.map_or(0, |seen| seen.unmatched);
            sink.is_done(&self.events, unmatched)?;
        }
        Ok(())
    }

    fn keep(&mut self, event: &Event, only: Option<Vec<String>>) -> bool {
        let position = self.head() + 1;
        let key = (event.source.clone(), event.id.clone());
        if *self.positions.entry(key).or_insert(position) < position {
            return false;
        }
        let lanes = self.lanes.len();
        let lane = *self
            .lanes
            .entry(event.partitionkey.clone())
            .or_insert(lanes);
        for sink in &mut self.sinks {
            sink.recorded(EventPosition(position), lane);
        }
        self.events.push(Recorded {
            event: event.clone(),
            lane,
            only,
        });
        true
    }
}
