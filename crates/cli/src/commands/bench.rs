//! `switchboard bench`

mod case;
mod entry;
mod line;
mod plan;
mod rest;

use std::fmt::Display;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tracing::info;

use super::Streams;
use crate::bench::{LISTENING, Pace, RowKind, Shelf, bare, handler};
use crate::clock::now;
use crate::config::{ByteSize, given};
use crate::exit::CliError;
use crate::fsync;
use crate::output::Output;

use case::Case;
use entry::{Choice, Entry};
use line::Line;
use plan::Plan;
use rest::RestLine;

/// Measure how fast this machine takes deliveries, beside bare hyper
///
/// Starts servers in turn, each as a process of its own, and sends them distinct signed deliveries
/// over real sockets: bare hyper, then the gateway once for each row, then peers, and so on for every
/// round. Load and server share the processors, so the ratio to bare hyper counts, and not the
/// absolute figure. Every delivery that is answered is on stable storage; what that costs is told by
/// the sync time of the disk.
#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    /// What the gateway does with deliveries
    #[arg(
        long = "row",
        value_enum,
        value_delimiter = ',',
        default_values = ["accept", "handler", "file", "http"]
    )]
    rows: Vec<RowKind>,
    /// A server of somebody else: a shell command that listens on 127.0.0.1 at $PORT, knows the secret
    /// $SECRET, and writes in $FOLDER
    #[arg(long = "peer", value_name = "NAME=COMMAND", value_parser = peer)]
    peers: Vec<(String, String)>,
    /// So many connections at once
    #[arg(long, value_delimiter = ',', default_value = "64,256")]
    connections: Vec<NonZero<u16>>,
    /// The bytes of a body, for example `742,16KiB,1MiB`
    #[arg(
        long = "body",
        value_name = "SIZE",
        value_delimiter = ',',
        value_parser = given::<ByteSize>,
        default_value = "742"
    )]
    bodies: Vec<ByteSize>,
    /// Measure each row on journals of so many deliveries too, with which everybody is done; they are
    /// made before, which takes a minute and a few gigabytes for each million
    #[arg(long, value_name = "COUNT", value_delimiter = ',')]
    records: Vec<NonZero<u64>>,
    /// Measure each row that has sinks on journals too in which so many events are pending for each
    /// sink, made before; `http-down` leaves them pending
    #[arg(long = "backlog", value_name = "COUNT", value_delimiter = ',')]
    backlogs: Vec<NonZero<u64>>,
    /// Where those journals are kept for other runs; else they are temporary
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
    /// Measure with slower disks too, on which each sync of a server takes so much longer, for example
    /// `1ms,5ms`; needs `strace`, which stops the thread that syncs for so long
    #[arg(
        long = "commit-delay",
        value_name = "TIME",
        value_delimiter = ',',
        value_parser = given::<Duration>
    )]
    delays: Vec<Duration>,
    /// So many calls a second, whatever the server does; else each connection calls again when it is
    /// answered
    #[arg(long, value_name = "COUNT")]
    rate: Option<NonZero<u32>>,
    /// Measure each server again, called half as often a second as it has just answered, whatever it
    /// does
    #[arg(long, conflicts_with = "rate")]
    half_load: bool,
    /// Instead of a load, measure the time from the start to the first answer, and the memory without
    /// connections and with these
    #[arg(long, conflicts_with_all = ["rate", "half_load"])]
    at_rest: bool,
    /// How often each server is measured
    #[arg(long, default_value = "3")]
    rounds: NonZero<u16>,
    /// How long each is measured, after a second to warm up
    #[arg(long, default_value = "5")]
    seconds: NonZero<u16>,
    /// Where journals are put, each in a temporary folder; else where temporary folders are
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Serve as what is measured does, in a folder of its own
    #[arg(long, value_enum, hide = true)]
    serve: Option<Served>,
    #[command(flatten)]
    output: Output,
}

/// The servers of a benchmark that are not `switchboard run`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Served {
    Bare,
    Handler,
}

impl Bench {
    /// Measures.
    ///
    /// # Errors
    ///
    /// When a server cannot be started or does not answer as it should.
    pub(crate) fn run(self, streams: &mut Streams<'_>) -> Result<(), CliError> {
        Runtime::new()?.block_on(async {
            match self.serve {
                Some(served) => self.serve(served).await,
                None => self.measure(streams).await,
            }
        })
    }

    async fn serve(&self, served: Served) -> Result<(), CliError> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        match served {
            Served::Bare => {
                info!(address = %listener.local_addr()?, "{LISTENING}");
                Ok(bare::serve(listener).await?)
            }
            // A gateway says itself where it listens, once its journal is open.
            Served::Handler => {
                let folder = self.folder.clone().unwrap_or_default();
                handler::serve(listener, &folder).await
            }
        }
    }

    async fn measure(self, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let cases = Case::all(&self.connections, &self.bodies, &self.delays);
        let choice = Choice {
            rows: self.rows,
            peers: self.peers,
            records: self.records,
            backlogs: self.backlogs,
            half_load: self.half_load,
        };
        let folder = self.folder.unwrap_or_else(std::env::temp_dir);
        let sync = fsync::median(&folder)?;
        let place = folder.display();
        writeln!(streams.err, "A sync of 4 KiB in {place} takes {sync:.2?}.")?;
        let plan = Plan {
            shelf: Shelf::new(self.keep, &folder)?,
            folder,
            entries: choice.entries(),
            pace: self.rate.map_or(Pace::Closed, Pace::Open),
            warm_up: Duration::from_secs(1),
            measured: Duration::from_secs(self.seconds.get().into()),
        };
        provide(&plan, streams).await?;
        let (entries, rounds) = (&plan.entries, self.rounds);
        let (mut lines, mut rests) = (Vec::new(), Vec::new());
        for case in cases {
            if self.at_rest {
                let round = async || plan.rest(case).await;
                let all = repeated(round, rounds, case, entries, streams).await?;
                rests.extend(RestLine::of(case, entries, &all));
            } else {
                let round = async || plan.round(case).await;
                let all = repeated(round, rounds, case, entries, streams).await?;
                lines.extend(Line::of(case, sync, entries, &all));
            }
        }
        if self.at_rest {
            return Ok(self.output.write(&rests, streams.out)?);
        }
        Ok(self.output.write(&lines, streams.out)?)
    }
}

/// Makes the journals that hold something.
async fn provide(plan: &Plan, streams: &mut Streams<'_>) -> Result<(), CliError> {
    for stock in plan.entries.iter().filter_map(Entry::stock) {
        let begun = now();
        if plan.shelf.provide(stock).await? {
            let (title, took) = (stock.title(), begun.elapsed());
            writeln!(streams.err, "A journal of {title} was made in {took:.0?}.")?;
        }
    }
    Ok(())
}

/// As many rounds as are wanted, each told when it is over.
async fn repeated<T: Display>(
    round: impl AsyncFn() -> Result<Vec<T>, CliError>,
    rounds: NonZero<u16>,
    case: Case,
    entries: &[Entry],
    streams: &mut Streams<'_>,
) -> Result<Vec<Vec<T>>, CliError> {
    let mut all = Vec::new();
    for number in 1..=rounds.get() {
        let measured = round().await?;
        for (entry, measured) in entries.iter().zip(&measured) {
            let title = entry.title();
            writeln!(streams.err, "{case}, round {number}: {title}: {measured}")?;
        }
        all.push(measured);
    }
    Ok(all)
}

fn peer(text: &str) -> Result<(String, String), String> {
    let (name, command) = text.split_once('=').ok_or("expected NAME=COMMAND")?;
    Ok((name.to_owned(), command.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::bench::BODY_BYTES;

    #[derive(Debug, Parser)]
    struct CommandLine {
        #[command(flatten)]
        bench: Bench,
    }

    fn parsed(arguments: &[&str]) -> Result<Bench, String> {
        let line = ["bench"].iter().chain(arguments);
        let parsed = CommandLine::try_parse_from(line).map_err(|error| error.to_string());
        Ok(parsed?.bench)
    }

    #[test]
    fn without_a_word_it_measures_what_the_documentation_tells() {
        let bench = parsed(&[]).unwrap();

        let connections: Vec<_> = bench.connections.iter().map(|count| count.get()).collect();
        assert_eq!(connections, [64, 256]);
        assert_eq!(bench.bodies, [ByteSize(BODY_BYTES)]);
        assert!(bench.delays.is_empty());
        assert!(bench.records.is_empty() && bench.backlogs.is_empty());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for wrong in [
            &["--body", "742,"][..],
            &["--body", "1 MB"],
            &["--records", "0"],
            &["--commit-delay", "5"],
            &["--half-load", "--rate", "100"],
            &["--at-rest", "--half-load"],
            &["--peer", "command"],
        ] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }
}
