//! Counts of how long things took, or how many they were, by size.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Bounds for what takes milliseconds, in microseconds.
const TIMES: &[u64] = &[
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000,
];

/// Bounds for how many there are at once.
const SIZES: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

/// Counts values by size. Whoever counts waits for nobody.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::histogram::Histogram;
///
/// let took = Histogram::times();
/// took.took(Duration::from_millis(3));
///
/// let distribution = took.distribution();
/// assert_eq!((distribution.count, distribution.sum), (1, 3_000));
///
/// let batches = Histogram::sizes();
/// batches.count(12);
/// assert_eq!(batches.distribution().sum, 12);
/// ```
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// How many values are within each bound and above the one before it, and last those above all.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// What a [`Histogram`] has counted.
///
/// ```
/// use switchboard_core::histogram::{Distribution, Histogram};
///
/// let batches = Histogram::sizes();
/// [1, 3, 3, 5_000].into_iter().for_each(|size| batches.count(size));
///
/// let Distribution { within, sum, count, .. } = batches.distribution();
/// assert_eq!(within[..3], [(1, 1), (2, 1), (4, 3)], "each bound counts all below it too");
/// assert_eq!(within.last(), Some(&(1_024, 3)));
/// assert_eq!((sum, count), (5_007, 4));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Distribution {
    /// Each bound, and how many values are no greater.
    pub within: Vec<(u64, u64)>,
    /// All values added up.
    pub sum: u64,
    /// How many values there are.
    pub count: u64,
}

impl Histogram {
    /// One for durations, in microseconds: 14 bounds from 500 µs to 10 s.
    pub fn times() -> Self {
        Self::new(TIMES)
    }

    /// One for numbers of things: the powers of two from 1 to 1,024.
    pub fn sizes() -> Self {
        Self::new(SIZES)
    }

    fn new(bounds: &'static [u64]) -> Self {
        Self {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
        }
    }

    /// Counts something that took `duration`, in whole microseconds.
    pub fn took(&self, duration: Duration) {
        self.count(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX));
    }

    /// Counts `value`.
    pub fn count(&self, value: u64) {
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// What was counted so far. Its numbers add up; a value that is counted meanwhile may be missing
    /// from its sum.
    pub fn distribution(&self) -> Distribution {
        let sum = self.sum.load(Ordering::Relaxed);
        let mut count = 0;
        let mut counts = self.counts.iter().map(|bucket| {
            count += bucket.load(Ordering::Relaxed);
            count
        });
        let within = self.bounds.iter().copied().zip(counts.by_ref()).collect();
        counts.for_each(drop);
        Distribution { within, sum, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_counts_what_is_no_greater() {
        let sizes = Histogram::sizes();

        [1, 2, 3, 4, 5_000]
            .into_iter()
            .for_each(|size| sizes.count(size));

        let distribution = sizes.distribution();
        assert_eq!(distribution.within[..3], [(1, 1), (2, 2), (4, 4)]);
        assert_eq!(distribution.within.last(), Some(&(1_024, 4)));
        assert_eq!((distribution.count, distribution.sum), (5, 5_010));
    }

    #[test]
    fn what_takes_for_ever_is_counted_too() {
        let times = Histogram::times();

        times.took(Duration::MAX);

        assert_eq!(times.distribution().count, 1);
    }
}
