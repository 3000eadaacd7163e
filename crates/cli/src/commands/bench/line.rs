//! What is told of one server, over all rounds.

use std::time::Duration;

use serde::Serialize;

use super::plan::Measured;
use crate::bench::{Round, Spread};
use crate::output::Row;

/// One server under one load.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    server: String,
    connections: u16,
    /// Bytes.
    body: usize,
    /// Answers a second.
    rate: Spread,
    /// Events a second that every sink was done with.
    settled: Spread,
    /// To bare hyper in the same round, of what was answered and settled.
    ratio: Spread,
    /// Milliseconds until the answer.
    ack_p50: Spread,
    ack_p99: Spread,
    ack_max: Spread,
    /// Microseconds of the server's processors, and how many times those of bare hyper.
    cpu: Spread,
    cpu_ratio: Spread,
    /// MiB at the end.
    memory: Spread,
    /// Milliseconds that a sync of 4 KiB takes.
    fsync: f64,
}

impl Line {
    /// Every server of `rounds`, in which bare hyper comes first.
    pub(super) fn of(
        connections: u16,
        body: usize,
        sync: Duration,
        rounds: &[Vec<Measured>],
    ) -> Vec<Self> {
        let servers = rounds.first().map_or(0, Vec::len);
        let line = |server: usize| {
            let spread = |figure: fn(&Round, &Round) -> f64| {
                Spread::of(
                    rounds
                        .iter()
                        .map(|round| figure(&round[server].round, &round[0].round)),
                )
            };
            Self {
                server: rounds[0][server].name.clone(),
                connections,
                body,
                rate: spread(|own, _| own.rate),
                settled: spread(|own, _| own.settled),
                ratio: spread(|own, bare| own.throughput() / bare.rate),
                ack_p50: spread(|own, _| millis(own.median)),
                ack_p99: spread(|own, _| millis(own.p99)),
                ack_max: spread(|own, _| millis(own.longest)),
                cpu: spread(|own, _| own.spent.as_secs_f64() * 1e6),
                cpu_ratio: spread(|own, bare| own.spent.as_secs_f64() / bare.spent.as_secs_f64()),
                memory: spread(|own, _| own.memory as f64 / f64::from(1 << 20)),
                fsync: millis(sync),
            }
        };
        (0..servers).map(line).collect()
    }
}

fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

impl Row for Line {
    const COLUMNS: &'static [&'static str] = &[
        "server",
        "connections",
        "answers/s",
        "settled/s",
        "ratio (min-max)",
        "ack p50 ms",
        "p99 ms",
        "max ms",
        "CPU us",
        "ratio",
        "MiB",
    ];

    fn cells(&self) -> Vec<String> {
        let Spread { median, min, max } = self.ratio;
        vec![
            self.server.clone(),
            self.connections.to_string(),
            format!("{:.0}", self.rate.median),
            format!("{:.0}", self.settled.median),
            format!("{median:.2} ({min:.2}-{max:.2})"),
            format!("{:.2}", self.ack_p50.median),
            format!("{:.2}", self.ack_p99.median),
            format!("{:.1}", self.ack_max.max),
            format!("{:.1}", self.cpu.median),
            format!("{:.1}", self.cpu_ratio.median),
            format!("{:.0}", self.memory.median),
        ]
    }
}
