//! When an event is tried again, and when no more.

use std::time::Duration;

use crate::Timestamp;
use crate::journal::{Cause, LONGEST_PAUSE, Verdict};

/// How patient a sink's events are: exponential pauses with full jitter.
///
/// The pause before attempt *n* + 1 is a random part of `first` × 3ⁿ⁻¹, of 12 h at most; longer where
/// the sink asks for more time, but no longer than 12 h. An event is dead only when it was tried
/// `attempts` times **and** for as long as `keep_trying`.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::Event;
/// use switchboard_core::pipeline::{Retry, Subscription};
/// use switchboard_core::sink::SinkError;
///
/// let mut hurried = Subscription::on("pager", |_: Event| async { Ok::<(), SinkError>(()) });
/// // What nobody needs to know an hour later: four attempts at least, for ten minutes at least.
/// hurried.retry = Retry {
///     first: Duration::from_secs(1),
///     attempts: 4,
///     keep_trying: Duration::from_secs(10 * 60),
/// };
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Retry {
    /// The longest pause before the second attempt.
    pub first: Duration,
    /// The fewest attempts.
    pub attempts: u32,
    /// The shortest time from the first attempt to the last.
    pub keep_trying: Duration,
}

impl Default for Retry {
    /// 5 s, 15 attempts, 75 h.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            attempts: 15,
            keep_trying: Duration::from_secs(75 * 60 * 60),
        }
    }
}

/// One failed attempt, as the schedule sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    /// Why, should it have been the last.
    pub(super) cause: Cause,
    /// How soon the sink wants to be asked again.
    pub(super) retry_after: Option<Duration>,
    /// How many attempts were made, this one too.
    pub(super) attempts: u32,
    /// When the first one was made.
    pub(super) first_attempt: Timestamp,
    /// When this one failed.
    pub(super) now: Timestamp,
}

impl Retry {
    /// What becomes of an event after `failure`; `random` is from 0 to 1.
    pub(super) fn verdict(&self, failure: Failure, random: f64) -> Verdict {
        let age = failure.now.since(failure.first_attempt);
        if failure.attempts >= self.attempts && age >= self.keep_trying {
            return Verdict::Dead(failure.cause);
        }
        let pause = self
            .longest_pause_after(failure.attempts)
            .mul_f64(random.clamp(0.0, 1.0));
        let pause = pause.max(failure.retry_after.unwrap_or_default());
        let pause = pause.min(LONGEST_PAUSE);
        Verdict::Retry(failure.now.plus(pause))
    }

    fn longest_pause_after(&self, attempts: u32) -> Duration {
        let growth = 3_u32.checked_pow(attempts.saturating_sub(1));
        let pause = growth.and_then(|growth| self.first.checked_mul(growth));
        pause.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(60 * 60);

    fn failure(attempts: u32, age: Duration) -> Failure {
        let first_attempt = Timestamp::from_seconds(1_764_000_000).unwrap();
        Failure {
            cause: Cause::Exhausted,
            retry_after: None,
            attempts,
            first_attempt,
            now: first_attempt.plus(age),
        }
    }

    fn pause(retry: Retry, failure: Failure, random: f64) -> Duration {
        match retry.verdict(failure, random) {
            Verdict::Retry(due) => due.since(failure.now),
            verdict => panic!("{verdict:?}"),
        }
    }

    #[test]
    fn pauses_grow_threefold_up_to_half_a_day() {
        let pauses = [1, 2, 3, 4, 9, 10, 100, u32::MAX]
            .map(|attempts| pause(Retry::default(), failure(attempts, HOUR), 1.0).as_secs());

        assert_eq!(pauses, [5, 15, 45, 135, 32_805, 43_200, 43_200, 43_200]);
    }

    #[test]
    fn fifteen_attempts_take_three_days() {
        let total: Duration = (1..15)
            .map(|n| pause(Retry::default(), failure(n, Duration::ZERO), 1.0))
            .sum();

        assert_eq!(total.as_secs() / 3600, 73);
    }

    #[test]
    fn jitter_is_full() {
        assert_eq!(
            pause(Retry::default(), failure(2, HOUR), 0.0),
            Duration::ZERO
        );
        assert_eq!(
            pause(Retry::default(), failure(2, HOUR), 0.5).as_millis(),
            7500
        );
    }

    #[test]
    fn an_event_is_dead_only_when_attempts_and_age_are_both_spent() {
        let retry = Retry::default();

        assert!(matches!(
            retry.verdict(failure(15, HOUR * 74), 0.5),
            Verdict::Retry(_)
        ));
        assert!(matches!(
            retry.verdict(failure(14, HOUR * 76), 0.5),
            Verdict::Retry(_)
        ));
        let dead = retry.verdict(failure(15, HOUR * 75), 0.5);
        assert_eq!(dead, Verdict::Dead(Cause::Exhausted));
    }

    #[test]
    fn the_sink_can_ask_for_more_time_but_not_for_less() {
        let asked = |seconds| Failure {
            retry_after: Some(Duration::from_secs(seconds)),
            ..failure(1, HOUR)
        };

        assert_eq!(pause(Retry::default(), asked(60), 1.0).as_secs(), 60);
        assert_eq!(pause(Retry::default(), asked(1), 1.0).as_secs(), 5);
        assert_eq!(pause(Retry::default(), asked(u64::MAX), 1.0), LONGEST_PAUSE);
    }
}
