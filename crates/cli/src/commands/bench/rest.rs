//! A server that has nothing to do: how soon it is there, and what it needs of memory.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::case::Case;
use super::entry::Entry;
use super::line::{mebibytes, millis};
use crate::bench::Spread;
use crate::output::Row;

/// One server, once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    /// From its start to its first answer.
    pub(super) started: Duration,
    /// Bytes of memory, a second later.
    pub(super) memory: u64,
    /// And with connections that were answered once and are still there.
    pub(super) connected: u64,
}

impl fmt::Display for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            started,
            memory,
            connected,
        } = self;
        write!(
            f,
            "first answer after {started:.1?}, {:.1} MiB, {:.1} MiB with the connections",
            mebibytes(*memory),
            mebibytes(*connected)
        )
    }
}

/// One server, over all rounds.
#[derive(Debug, Serialize)]
pub(super) struct RestLine {
    server: String,
    connections: u16,
    /// Milliseconds from its start to its first answer.
    first_answer: Spread,
    /// MiB without connections, and with them.
    idle: Spread,
    connected: Spread,
}

impl RestLine {
    /// Every entry, in `rounds`.
    pub(super) fn of(case: Case, entries: &[Entry], rounds: &[Vec<Rest>]) -> Vec<Self> {
        let line = |(place, entry): (usize, &Entry)| {
            let spread = |figure: fn(&Rest) -> f64| {
                Spread::of(rounds.iter().map(|round| figure(&round[place])))
            };
            Self {
                server: entry.title(),
                connections: case.connections,
                first_answer: spread(|rest| millis(rest.started)),
                idle: spread(|rest| mebibytes(rest.memory)),
                connected: spread(|rest| mebibytes(rest.connected)),
            }
        };
        entries.iter().enumerate().map(line).collect()
    }
}

impl Row for RestLine {
    const COLUMNS: &'static [&'static str] = &[
        "server",
        "first answer ms",
        "idle MiB",
        "connections",
        "MiB with them",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.server.clone(),
            format!("{:.1}", self.first_answer.median),
            format!("{:.1}", self.idle.median),
            self.connections.to_string(),
            format!("{:.1}", self.connected.median),
        ]
    }
}
