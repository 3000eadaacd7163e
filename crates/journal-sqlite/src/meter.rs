//! Counts commits of deliveries.

use std::time::Duration;

use switchboard_core::histogram::Histogram;
use switchboard_core::journal::Commits;

/// How long commits took since the start, and of how many deliveries they were.
#[derive(Debug)]
pub(crate) struct Meter {
    took: Histogram,
    deliveries: Histogram,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Self {
            took: Histogram::times(),
            deliveries: Histogram::sizes(),
        }
    }

    /// A commit of so many deliveries took so long.
    pub(crate) fn committed(&self, deliveries: usize, took: Duration) {
        self.took.took(took);
        self.deliveries.count(deliveries as u64);
    }

    pub(crate) fn commits(&self) -> Commits {
        Commits::new(self.took.distribution(), self.deliveries.distribution())
    }
}
