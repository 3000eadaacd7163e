//! What happened in a simulation, line by line.

use std::fmt;
use std::time::Duration;

use switchboard_core::journal::Verdict;

use super::answer::Answer;

/// Everything that happened, in order, up to the first promise that was broken.
#[derive(Debug, Default)]
pub(super) struct Trace {
    entries: Vec<(Duration, Entry)>,
    is_closed: bool,
}

#[derive(Debug)]
pub(super) enum Entry {
    /// Somebody did something.
    Operation(String),
    /// A sink was given events.
    Given {
        sink: &'static str,
        positions: Vec<u64>,
    },
    /// A call of a sink ended.
    Ended {
        sink: &'static str,
        positions: Vec<u64>,
        answer: Answer,
    },
    /// The journal settled an event.
    Settled {
        sink: &'static str,
        position: u64,
        verdict: Verdict,
    },
}

impl Trace {
    pub(super) fn add(&mut self, at: Duration, entry: Entry) {
        if !self.is_closed {
            self.entries.push((at, entry));
        }
    }

    /// Takes no more.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
    }
}

/// A line for every entry, each with its line feed.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, entry) in &self.entries {
            writeln!(f, "{:>14.6} {entry}", at.as_secs_f64())?;
        }
        Ok(())
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(what) => write!(f, "{what}"),
            Self::Given { sink, positions } => write!(f, "  {sink} is given {positions:?}"),
            Self::Ended {
                sink,
                positions,
                answer,
            } => write!(f, "  {sink} answers {answer:?} to {positions:?}"),
            Self::Settled {
                sink,
                position,
                verdict,
            } => write!(f, "  {sink} {position}: {verdict:?}"),
        }
    }
}
