//! What is told of one server, over all rounds.

use std::time::Duration;

use serde::Serialize;

use super::case::Case;
use super::entry::Entry;
use crate::bench::{Round, Spread, SyncDelay};
use crate::output::Row;

/// One server under one load.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    server: String,
    connections: u16,
    /// Bytes.
    body: usize,
    /// Milliseconds that each sync takes longer than the disk.
    sync_delay: f64,
    /// Answers a second, without refusals.
    rate: Spread,
    /// Calls a second that were answered 503.
    refused: Spread,
    /// Events a second that every sink was done with.
    settled: Spread,
    /// To bare hyper in the same round, of what was answered and settled.
    ratio: Spread,
    /// The same, to this row on an empty journal.
    of_empty: Option<Spread>,
    /// Milliseconds until the answer.
    ack_p50: Spread,
    ack_p99: Spread,
    ack_max: Spread,
    /// Microseconds of the server's processors, and how many times those of bare hyper.
    cpu: Spread,
    cpu_ratio: Spread,
    /// Bytes to the disk for an answer.
    written: Spread,
    /// MiB at the end.
    memory: Spread,
    /// Milliseconds that a sync of 4 KiB takes.
    fsync: f64,
}

impl Line {
    /// Every entry, in `rounds`; bare hyper is the first.
    pub(super) fn of(
        case: Case,
        sync: Duration,
        entries: &[Entry],
        rounds: &[Vec<Round>],
    ) -> Vec<Self> {
        let SyncDelay(delay) = case.delay;
        let line = |(place, entry): (usize, &Entry)| {
            let beside = |other: usize, figure: fn(&Round, &Round) -> f64| {
                let figures = rounds
                    .iter()
                    .map(|round| figure(&round[place], &round[other]));
                Spread::of(figures)
            };
            let spread = |figure| beside(0, figure);
            Self {
                server: entry.title(),
                connections: case.connections,
                body: case.body,
                sync_delay: millis(delay),
                rate: spread(|own, _| own.rate),
                refused: spread(|own, _| own.refused),
                settled: spread(|own, _| own.settled),
                ratio: spread(|own, bare| own.throughput() / bare.rate),
                of_empty: entry
                    .empty
                    .map(|empty| beside(empty, |own, empty| own.throughput() / empty.throughput())),
                ack_p50: spread(|own, _| millis(own.median)),
                ack_p99: spread(|own, _| millis(own.p99)),
                ack_max: spread(|own, _| millis(own.longest)),
                cpu: spread(|own, _| own.spent.as_secs_f64() * 1e6),
                cpu_ratio: spread(|own, bare| own.spent.as_secs_f64() / bare.spent.as_secs_f64()),
                written: spread(|own, _| own.written as f64),
                memory: spread(|own, _| mebibytes(own.memory)),
                fsync: millis(sync),
            }
        };
        entries.iter().enumerate().map(line).collect()
    }
}

pub(super) fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

pub(super) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

impl Row for Line {
    const COLUMNS: &'static [&'static str] = &[
        "server",
        "connections",
        "body",
        "sync + ms",
        "answers/s",
        "503/s",
        "settled/s",
        "ratio (min-max)",
        "of empty",
        "ack p50 ms",
        "p99 ms",
        "max ms",
        "CPU us",
        "ratio",
        "written",
        "MiB",
    ];

    fn cells(&self) -> Vec<String> {
        let Spread { median, min, max } = self.ratio;
        let of_empty = self.of_empty.map(|it| format!("{:.2}", it.median));
        vec![
            self.server.clone(),
            self.connections.to_string(),
            self.body.to_string(),
            self.sync_delay.to_string(),
            format!("{:.0}", self.rate.median),
            format!("{:.0}", self.refused.median),
            format!("{:.0}", self.settled.median),
            format!("{median:.2} ({min:.2}-{max:.2})"),
            of_empty.unwrap_or_else(|| "-".to_owned()),
            format!("{:.2}", self.ack_p50.median),
            format!("{:.2}", self.ack_p99.median),
            format!("{:.1}", self.ack_max.max),
            format!("{:.1}", self.cpu.median),
            format!("{:.1}", self.cpu_ratio.median),
            format!("{:.0}", self.written.median),
            format!("{:.0}", self.memory.median),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::*;
    use crate::bench::{Answers, RowKind};
    use crate::commands::bench::entry::Choice;

    /// So many answers in a second, of which all were settled or as many as is said.
    fn round(count: usize, settled: f64) -> Round {
        let answers = Answers {
            latencies: vec![Duration::from_millis(2); count],
            ..Answers::default()
        };
        Round {
            settled,
            spent: Duration::from_micros(count as u64),
            written: 4_096,
            memory: 3 << 20,
            ..Round::of(answers, Duration::from_secs(1))
        }
    }

    #[test]
    fn ratios_are_of_the_same_round_and_of_the_lesser_figure() {
        let case = Case {
            connections: 64,
            body: 742,
            delay: SyncDelay(Duration::from_millis(5)),
        };
        let choice = Choice {
            rows: vec![RowKind::Accept],
            records: vec![NonZero::new(10).unwrap()],
            ..Choice::default()
        };
        let rounds = [
            vec![round(100, 100.0), round(60, 50.0), round(50, 40.0)],
            vec![round(200, 200.0), round(80, 80.0), round(90, 80.0)],
        ];

        let lines = Line::of(case, Duration::ZERO, &choice.entries(), &rounds);

        let [bare, empty, full] = &lines[..] else {
            panic!("{lines:?}");
        };
        assert_eq!((bare.ratio.min, bare.ratio.max), (1.0, 1.0));
        assert_eq!((empty.ratio.min, empty.ratio.max), (0.4, 0.5));
        assert_eq!((full.ratio.min, full.ratio.max), (0.4, 0.4));
        let of_empty = full.of_empty.unwrap();
        assert_eq!((of_empty.min, of_empty.max), (0.8, 1.0));
        assert!(bare.of_empty.is_none() && empty.of_empty.is_none());
        assert_eq!((empty.sync_delay, empty.ack_p50.median), (5.0, 2.0));
        assert_eq!((empty.written.median, empty.memory.median), (4_096.0, 3.0));
        assert_eq!(Line::COLUMNS.len(), full.cells().len());
    }
}
