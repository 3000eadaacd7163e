//! Rests a sink that gives no answer, lest its whole backlog become retries at the speed of the disk.

use std::time::Duration;

use crate::Timestamp;

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// How a sink has answered lately. As many calls in a row as may be under way at once, all without an
/// answer, make it rest: 1 s at first, twice as long each time, 30 s at most. Any answer ends it.
#[derive(Debug)]
pub(super) struct Rest {
    /// How many calls may be under way at once.
    calls: usize,
    /// How many in a row got no answer.
    unanswered: usize,
    until: Timestamp,
}

impl Rest {
    pub(super) fn new(calls: usize) -> Self {
        Self {
            calls,
            unanswered: 0,
            until: Timestamp::UNIX_EPOCH,
        }
    }

    /// The sink answered a call, whatever it said.
    pub(super) fn answered(&mut self) {
        self.unanswered = 0;
        self.until = Timestamp::UNIX_EPOCH;
    }

    /// A call got no answer by `now`.
    pub(super) fn unanswered(&mut self, now: Timestamp) {
        self.unanswered += 1;
        if self.unanswered.is_multiple_of(self.calls) {
            let times = u32::try_from(self.unanswered / self.calls).unwrap_or(u32::MAX);
            let length = 2_u32
                .checked_pow(times - 1)
                .and_then(|twice| SHORTEST.checked_mul(twice));
            self.until = now.plus(length.unwrap_or(LONGEST).min(LONGEST));
        }
    }

    /// How much longer it rests; nothing when it does not.
    pub(super) fn remaining(&self, now: Timestamp) -> Duration {
        self.until.since(now).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_while_nothing_is_answered_and_end_with_an_answer() {
        let now = Timestamp::from_seconds(1_764_000_000).unwrap();
        let mut rest = Rest::new(2);
        let mut rests = Vec::new();

        for _ in 0..14 {
            rest.unanswered(now);
            rests.push(rest.remaining(now).as_secs());
        }

        assert_eq!(rests, [0, 1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 30, 30, 30]);
        rest.answered();
        assert_eq!(rest.remaining(now), Duration::ZERO);
        rest.unanswered(now);
        assert_eq!(rest.remaining(now), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_was_set_back_prolongs_no_rest() {
        let now = Timestamp::from_seconds(1_764_000_000).unwrap();
        let mut rest = Rest::new(1);

        rest.unanswered(now);

        assert_eq!(rest.remaining(Timestamp::UNIX_EPOCH), LONGEST);
    }
}
