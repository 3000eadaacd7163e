//! Clocks whose hands a test turns.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use switchboard_core::{Clock, Timestamp};
use tokio::time::Instant;

/// A clock that stands still until it is told otherwise.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use switchboard_core::{Endpoint, Timestamp};
/// use switchboard_testkit::ManualClock;
///
/// let noon: Timestamp = "2025-11-24T12:00:00Z".parse()?;
/// let clock = Arc::new(ManualClock::new(noon));
/// let endpoint = Endpoint::new("support").with_clock(clock.clone());
///
/// clock.advance(Duration::from_secs(301));
/// assert_eq!(endpoint.now().since(noon).as_secs(), 301);
/// clock.set(noon);
/// assert_eq!(endpoint.now(), noon);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Shows `now` from now on, be it earlier or later.
    pub fn set(&self, now: Timestamp) {
        *self.hands() = now;
    }

    /// Shows a moment that is `duration` later.
    pub fn advance(&self, duration: Duration) {
        let mut hands = self.hands();
        *hands = hands.plus(duration);
    }

    fn hands(&self) -> MutexGuard<'_, Timestamp> {
        self.0.lock().expect("nothing panics under the lock")
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.hands()
    }
}

/// A clock that goes with tokio's: under `#[tokio::test(start_paused = true)]` a day of retries
/// passes at once, and this clock agrees with every timer on how late it is.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::{Clock as _, Timestamp};
/// use switchboard_testkit::TokioClock;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let clock = TokioClock::starting_at(Timestamp::UNIX_EPOCH);
///
/// tokio::time::sleep(Duration::from_secs(24 * 60 * 60)).await;
/// assert_eq!(clock.now().to_string(), "1970-01-02T00:00:00Z");
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    start: Timestamp,
    started: Instant,
}

impl TokioClock {
    /// A clock that shows `start` at this moment.
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            start,
            started: Instant::now(),
        }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        self.start.plus(self.started.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_manual_clock_shows_what_it_is_told() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);

        clock.advance(HOUR);
        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH.plus(HOUR));

        clock.set(Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH);
    }

    #[tokio::test(start_paused = true)]
    async fn a_tokio_clock_goes_with_paused_time() {
        let clock = TokioClock::starting_at(Timestamp::UNIX_EPOCH);

        tokio::time::advance(HOUR).await;

        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH.plus(HOUR));
    }
}
