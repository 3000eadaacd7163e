//! The wall clock of a simulation, which somebody sets.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use switchboard_core::{Clock, Timestamp};
use tokio::time::Instant;

/// Goes with tokio's paused time, from a moment that can be changed.
#[derive(Debug)]
pub(super) struct WallClock {
    started: Instant,
    start_micros: AtomicI64,
}

impl WallClock {
    pub(super) fn starting_at(start: Timestamp) -> Self {
        Self {
            started: Instant::now(),
            start_micros: AtomicI64::new(start.as_micros()),
        }
    }

    pub(super) fn jump(&self, seconds: i64) {
        self.start_micros
            .fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    /// How much time has passed, whatever the clock shows.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let start = self.start_micros.load(Ordering::Relaxed);
        let start = Timestamp::from_micros(start).expect("nobody sets it by centuries");
        start.plus(self.elapsed())
    }
}
