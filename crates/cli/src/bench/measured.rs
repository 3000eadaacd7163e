//! What was measured.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::Answers;

/// One server under one load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    /// Answers a second, without refusals.
    pub(crate) rate: f64,
    /// Calls a second that were answered 503, for want of room.
    pub(crate) refused: f64,
    /// Events a second that were settled at every sink; of a server without sinks, its answers.
    pub(crate) settled: f64,
    /// Half of all answers came sooner.
    pub(crate) median: Duration,
    /// Ninety-nine of a hundred came sooner.
    pub(crate) p99: Duration,
    /// The last.
    pub(crate) longest: Duration,
    /// What the server's processors spent on an answer.
    pub(crate) spent: Duration,
    /// The bytes that were written to the disk for an answer.
    pub(crate) written: u64,
    /// What the server had of memory at the end.
    pub(crate) memory: u64,
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rate,
            refused,
            settled,
            median,
            p99,
            longest,
            spent,
            written,
            memory,
        } = self;
        let memory = memory >> 20;
        write!(
            f,
            "{rate:.0}/s, {refused:.0} refused, settled {settled:.0}/s, ack p50 {median:.2?}, \
             p99 {p99:.2?}, max {longest:.2?}, {spent:.1?} of CPU and {written} B written each, {memory} MiB"
        )
    }
}

impl Round {
    /// Of these answers within `span`.
    pub(crate) fn of(answers: Answers, span: Duration) -> Self {
        let mut latencies = answers.latencies;
        latencies.sort_unstable();
        let count = latencies.len();
        let at = |hundredths: usize| {
            let place = count.saturating_sub(1) * hundredths / 100;
            latencies.get(place).copied().unwrap_or_default()
        };
        let rate = count as f64 / span.as_secs_f64();
        Self {
            rate,
            refused: f64::from(answers.refused) / span.as_secs_f64(),
            settled: rate,
            median: at(50),
            p99: at(99),
            longest: at(100),
            spent: Duration::ZERO,
            written: 0,
            memory: 0,
        }
    }

    /// What it did in a second from the first packet to the last settlement.
    pub(crate) fn throughput(&self) -> f64 {
        self.rate.min(self.settled)
    }
}

/// The middle of several figures, and how far they lie apart.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Of at least one figure.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let at = |place: usize| figures.get(place).copied().unwrap_or_default();
        Self {
            median: at(figures.len() / 2),
            min: at(0),
            max: at(figures.len().saturating_sub(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_told_by_its_quantiles() {
        let answers = Answers {
            latencies: (1..=200).rev().map(Duration::from_millis).collect(),
            refused: 3,
            taken: 500,
        };

        let round = Round::of(answers, Duration::from_secs(2));

        assert_eq!((round.rate, round.refused), (100.0, 1.5));
        assert_eq!(round.median, Duration::from_millis(100));
        assert_eq!(round.p99, Duration::from_millis(198));
        assert_eq!(round.longest, Duration::from_millis(200));
    }

    #[test]
    fn a_spread_has_its_middle_and_its_ends() {
        let spread = Spread::of([3.0, 1.0, 2.0]);

        assert_eq!((spread.median, spread.min, spread.max), (2.0, 1.0, 3.0));
    }
}
