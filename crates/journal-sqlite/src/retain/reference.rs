//! The moment that ages are told by.

use std::time::Duration;

/// Ages grow by so much from one call to the next, at most.
pub(super) const STEP: Duration = Duration::from_hours(1);

/// The moment that ages are told by now, in microseconds.
///
/// A clock can be wrong by years, and what is deleted is gone. So it is no later than the last
/// delivery: a gateway that hears nothing forgets nothing. And it goes on by an hour a call at most:
/// a clock that jumps ahead, and deliveries with it, expires an hour's worth at a time, and somebody
/// has days to set it right. After a long pause it takes as many calls to catch up.
pub(super) fn reference(now: i64, (first, last): (i64, i64), before: Option<i64>) -> i64 {
    let step = i64::try_from(STEP.as_micros()).unwrap_or(i64::MAX);
    let from = before.unwrap_or(first);
    now.min(last).min(from.saturating_add(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;
    const YEAR: i64 = 8766 * HOUR;

    #[test]
    fn it_follows_the_clock_and_the_deliveries_step_by_step() {
        for (now, kept, before, expected) in [
            (5 * HOUR, (HOUR, 5 * HOUR), Some(5 * HOUR - 60), 5 * HOUR),
            // Nothing came for a while.
            (9 * HOUR, (HOUR, 5 * HOUR), Some(5 * HOUR), 5 * HOUR),
            // The clock jumped ahead, without a delivery and with one.
            (YEAR, (HOUR, 5 * HOUR), Some(5 * HOUR), 5 * HOUR),
            (YEAR, (HOUR, YEAR), Some(5 * HOUR), 6 * HOUR),
            // It was set back again.
            (6 * HOUR, (HOUR, YEAR), Some(9 * HOUR), 6 * HOUR),
            // For the first time.
            (9 * HOUR, (HOUR, 9 * HOUR), None, 2 * HOUR),
        ] {
            assert_eq!(reference(now, kept, before), expected, "{now} {kept:?}");
        }
    }
}
