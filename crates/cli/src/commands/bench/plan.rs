//! One round: every server in its turn.

use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::sleep;

use super::case::Case;
use super::entry::Entry;
use super::rest::Rest;
use crate::bench::{Calls, Load, Pace, Round, Shelf, Stage, Subject};
use crate::clock::now;
use crate::exit::CliError;

/// What is measured, and how.
pub(super) struct Plan {
    pub(super) folder: PathBuf,
    pub(super) shelf: Shelf,
    pub(super) entries: Vec<Entry>,
    pub(super) pace: Pace,
    pub(super) warm_up: Duration,
    pub(super) measured: Duration,
}

impl Plan {
    /// Measures every entry, in order.
    pub(super) async fn round(&self, case: Case) -> Result<Vec<Round>, CliError> {
        let mut rounds: Vec<Round> = Vec::new();
        for entry in &self.entries {
            let pace = match entry.half_of {
                Some(place) => Pace::Open(half(rounds[place].rate)),
                None => self.pace,
            };
            rounds.push(self.measure(&entry.subject, case, pace).await?);
        }
        Ok(rounds)
    }

    /// Looks at every entry while it has nothing to do.
    pub(super) async fn rest(&self, case: Case) -> Result<Vec<Rest>, CliError> {
        let mut all = Vec::new();
        for entry in &self.entries {
            all.push(self.look(&entry.subject, case).await?);
        }
        Ok(all)
    }

    async fn measure(&self, subject: &Subject, case: Case, pace: Pace) -> Result<Round, CliError> {
        let stage = self.set(subject, case).await?;
        let at_first = stage.settled()?;
        let calls = stage.calls(case.body);
        let load = Load {
            calls,
            connections: case.connections.into(),
            pace,
        };
        let server = stage.server();
        let running = load.begin(server.address()).await?;
        sleep(self.warm_up).await;
        let before = (stage.settled()?, server.spent(), server.written());
        running.measure();
        let begun = now();
        sleep(self.measured).await;
        let span = begun.elapsed();
        let after = (stage.settled()?, server.spent(), server.written());
        let answers = running.end().await?;
        let taken = answers.taken;
        let count = u32::try_from(answers.latencies.len()).unwrap_or(u32::MAX);
        let each = count.max(1);
        let mut round = Round::of(answers, span);
        round.spent = (after.1 - before.1) / each;
        round.written = (after.2 - before.2) / u64::from(each);
        round.memory = server.memory();
        if let (Some(before), Some(after)) = (before.0, after.0) {
            round.settled = (after - before) as f64 / span.as_secs_f64();
        }
        stage.strike(at_first, taken).await?;
        Ok(round)
    }

    async fn look(&self, subject: &Subject, case: Case) -> Result<Rest, CliError> {
        let begun = now();
        let stage = self.set(subject, case).await?;
        let listens = begun.elapsed();
        let at_first = stage.settled()?;
        let calls = stage.calls(case.body);
        let server = stage.server();
        let begun = now();
        let _first = idle(&calls, 1).rest(server.address()).await?;
        let started = listens + begun.elapsed();
        sleep(self.warm_up).await;
        let memory = server.memory();
        let others = usize::from(case.connections) - 1;
        let _others = idle(&calls, others).rest(server.address()).await?;
        sleep(self.warm_up).await;
        let rest = Rest {
            started,
            memory,
            connected: server.memory(),
        };
        stage.strike(at_first, calls.sent()).await?;
        Ok(rest)
    }

    async fn set(&self, subject: &Subject, case: Case) -> Result<Stage, CliError> {
        Ok(Stage::set(subject.clone(), &self.folder, &self.shelf, case.delay).await?)
    }
}

fn idle(calls: &Calls, connections: usize) -> Load {
    Load {
        calls: calls.clone(),
        connections,
        pace: Pace::Closed,
    }
}

/// Half of so many calls a second, and at least one.
fn half(rate: f64) -> NonZero<u32> {
    NonZero::new((rate / 2.0) as u32).unwrap_or(NonZero::<u32>::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_rate_is_never_nothing() {
        assert_eq!(half(70_001.0).get(), 35_000);
        assert_eq!(half(0.0).get(), 1);
    }
}
