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
    /// The latest moment that it showed before it was set.
    latest_micros: AtomicI64,
}

impl WallClock {
    pub(super) fn starting_at(start: Timestamp) -> Self {
        Self {
            started: Instant::now(),
            start_micros: AtomicI64::new(start.as_micros()),
            latest_micros: AtomicI64::new(start.as_micros()),
        }
    }

    pub(super) fn jump(&self, seconds: i64) {
        self.latest_micros
            .fetch_max(self.now().as_micros(), Ordering::Relaxed);
        self.start_micros
            .fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    /// How far it is behind the latest moment that it ever showed.
    pub(super) fn behind(&self) -> Duration {
        let latest = self.latest_micros.load(Ordering::Relaxed);
        moment(latest).since(self.now())
    }

    /// How much time has passed, whatever the clock shows.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let start = self.start_micros.load(Ordering::Relaxed);
        moment(start).plus(self.elapsed())
    }
}

fn moment(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).expect("nobody sets it by centuries")
}
