//! How long deliveries gather before a commit, where decoding falls behind.

use std::collections::VecDeque;
use std::time::Duration;

use switchboard_core::journal::LogPosition;
use tokio::sync::watch;
use tokio::time::Instant;

/// For so long what is stored may wait to be decoded.
const PATIENCE: Duration = Duration::from_secs(2);

/// When it waits so much longer, deliveries gather for as long as they ever do.
const RISE: Duration = Duration::from_secs(2);

/// Less than a hundredth of what the most impatient provider waits for its answer.
const LONGEST: Duration = Duration::from_millis(15);

/// After a commit of fewer deliveries there are not many who call at once.
const MANY: usize = 16;

/// Ends of commits are noted no closer to each other.
const APART: Duration = Duration::from_millis(50);

/// So many of them tell of more than any time that makes a difference.
const MOST_NOTED: usize = 256;

/// Tells how long deliveries are to gather before they are committed.
///
/// To store comes before to decode. But where more comes in for good than is decoded beside it, events
/// would come later and later. So once the oldest delivery that is not decoded has waited for two
/// seconds, commits let deliveries gather: whoever calls waits some milliseconds longer, larger
/// commits cost less a delivery, and what that leaves of the processors is for decoding.
#[derive(Debug)]
pub(super) struct Gathering {
    decoded: watch::Receiver<LogPosition>,
    /// Ends of commits that are not decoded yet, and when they were made.
    noted: VecDeque<(Instant, LogPosition)>,
    /// Deliveries in the last commit.
    last: usize,
}

impl Gathering {
    /// `decoded` tells of the last delivery that was decoded.
    pub(super) fn new(decoded: watch::Receiver<LogPosition>) -> Self {
        Self {
            decoded,
            noted: VecDeque::new(),
            last: 0,
        }
    }

    /// So many deliveries were committed, the last of them at `end`.
    pub(super) fn committed(&mut self, count: usize, end: LogPosition, now: Instant) {
        self.last = count;
        let is_apart = |(at, _): &(Instant, LogPosition)| now.duration_since(*at) >= APART;
        if self.noted.back().is_none_or(is_apart) && self.noted.len() < MOST_NOTED {
            self.noted.push_back((now, end));
        }
    }

    /// How long deliveries are to gather before the next commit.
    pub(super) fn pause(&mut self, now: Instant) -> Duration {
        let decoded = *self.decoded.borrow();
        while self.noted.front().is_some_and(|(_, end)| *end <= decoded) {
            self.noted.pop_front();
        }
        if self.last < MANY {
            return Duration::ZERO;
        }
        let oldest = self.noted.front().map_or(now, |(at, _)| *at);
        let late = now.duration_since(oldest).saturating_sub(PATIENCE);
        LONGEST.mul_f64(late.div_duration_f64(RISE).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Commits of so many each, ten a second for ten seconds, each of which ends at the tenth of a
    /// second it was made in.
    fn busy(count: usize) -> (Gathering, watch::Sender<LogPosition>, Instant) {
        let (decoded, receiver) = watch::channel(LogPosition(0));
        let mut gathering = Gathering::new(receiver);
        let start = Instant::now();
        for tenth in 0..100 {
            let now = start + SECOND / 10 * tenth;
            gathering.committed(count, LogPosition(u64::from(tenth) + 1), now);
        }
        (gathering, decoded, start + SECOND * 10)
    }

    #[test]
    fn the_longer_decoding_is_behind_the_longer_deliveries_gather() {
        let (mut gathering, decoded, now) = busy(100);

        let mut pause_at = |position| {
            decoded.send_replace(LogPosition(position));
            gathering.pause(now).as_micros()
        };

        assert_eq!(pause_at(0), 15_000, "10 s behind");
        assert_eq!(pause_at(60), 15_000, "4 s behind");
        assert_eq!(pause_at(70), 7_500, "3 s behind");
        assert_eq!(pause_at(80), 0, "2 s behind");
        assert_eq!(pause_at(100), 0, "not behind at all");
    }

    #[test]
    fn few_who_call_are_not_kept_waiting() {
        let (mut gathering, _decoded, now) = busy(15);

        assert_eq!(gathering.pause(now), Duration::ZERO);

        gathering.committed(16, LogPosition(101), now);
        assert_eq!(gathering.pause(now), LONGEST);
    }

    #[test]
    fn what_is_noted_has_an_end_and_tells_of_the_oldest() {
        let (mut gathering, decoded, now) = busy(100);
        for second in 0..1000 {
            gathering.committed(
                100,
                LogPosition(101 + u64::from(second)),
                now + SECOND * second,
            );
        }

        assert_eq!(gathering.noted.len(), MOST_NOTED);
        decoded.send_replace(LogPosition(99));
        assert_eq!(
            gathering.pause(now + SECOND * 2).as_micros(),
            750,
            "100 ms late"
        );
    }
}
