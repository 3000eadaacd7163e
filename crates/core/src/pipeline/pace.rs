//! No more events a second than a sink was promised.

use std::num::NonZero;
use std::time::Duration;

use crate::Timestamp;

/// Spreads events evenly: the generic cell rate algorithm, with room for a burst of one second.
#[derive(Debug)]
pub(super) struct Pace {
    /// The time that one event takes up.
    interval: Duration,
    /// Until then the time is taken up by events that were given.
    taken: Timestamp,
}

/// Events that come at once after a time of silence take up so much time at most.
const BURST: Duration = Duration::from_secs(1);

impl Pace {
    pub(super) fn new(per_second: NonZero<u32>) -> Self {
        Self {
            interval: Duration::from_secs(1) / per_second.get(),
            taken: Timestamp::UNIX_EPOCH,
        }
    }

    /// How many of `wanted` events may be given at `now`; none: how long to wait for the next one.
    pub(super) fn room(&self, wanted: usize, now: Timestamp) -> Result<usize, Duration> {
        // A clock that was set back must not hold everything up.
        let ahead = self.taken.since(now).min(BURST);
        let free = BURST - ahead;
        let room = free.as_nanos() / self.interval.as_nanos().max(1);
        match usize::try_from(room).unwrap_or(usize::MAX) {
            0 => Err(self.interval - free),
            room => Ok(room.min(wanted)),
        }
    }

    /// So many events were given at `now`.
    pub(super) fn gave(&mut self, events: usize, now: Timestamp) {
        let ahead = self.taken.since(now).min(BURST);
        let more = self
            .interval
            .saturating_mul(u32::try_from(events).unwrap_or(u32::MAX));
        self.taken = now.plus(ahead.saturating_add(more));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_764_000_000).unwrap()
    }

    #[test]
    fn a_minute_brings_no_more_than_its_events_and_one_burst() {
        let mut pace = Pace::new(NonZero::new(10).unwrap());
        let (mut now, end) = (now(), now().plus(Duration::from_secs(60)));
        let mut given = 0;

        while now < end {
            match pace.room(100, now) {
                Ok(room) => {
                    pace.gave(room, now);
                    given += room;
                }
                Err(wait) => now = now.plus(wait),
            }
        }

        // The last one is due when the minute is over.
        assert_eq!(given, 60 * 10 + 10 - 1);
    }

    #[test]
    fn a_clock_that_was_set_back_holds_nothing_up() {
        let mut pace = Pace::new(NonZero::new(2).unwrap());
        pace.gave(2, now());

        let room = pace.room(1, Timestamp::UNIX_EPOCH);

        assert_eq!(room, Err(Duration::from_millis(500)));
        pace.gave(1, Timestamp::UNIX_EPOCH);
        let later = Timestamp::UNIX_EPOCH.plus(Duration::from_secs(2));
        assert_eq!(pace.room(1, later), Ok(1));
    }
}
