//! `switchboard bench`

mod line;
mod plan;

use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tracing::info;

use super::Streams;
use crate::bench::{LISTENING, RowKind, bare, handler};
use crate::exit::CliError;
use crate::fsync;
use crate::output::Output;

use line::Line;
use plan::Plan;

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
    /// A server of somebody else: a shell command that listens on 127.0.0.1 at $PORT, and knows the
    /// secret $SECRET
    #[arg(long = "peer", value_name = "NAME=COMMAND", value_parser = peer)]
    peers: Vec<(String, String)>,
    /// So many connections at once
    #[arg(long, value_delimiter = ',', default_value = "64,256")]
    connections: Vec<NonZero<u16>>,
    /// The bytes of a body
    #[arg(long, default_value_t = 742)]
    body: usize,
    /// So many calls a second, whatever the server does; else each connection calls again when it is
    /// answered
    #[arg(long, value_name = "COUNT")]
    rate: Option<NonZero<u32>>,
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
        info!(address = %listener.local_addr()?, "{LISTENING}");
        match served {
            Served::Bare => Ok(bare::serve(listener).await?),
            Served::Handler => {
                let folder = self.folder.clone().unwrap_or_default();
                handler::serve(listener, &folder).await
            }
        }
    }

    async fn measure(self, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let folder = self.folder.unwrap_or_else(std::env::temp_dir);
        let sync = fsync::median(&folder)?;
        writeln!(
            streams.err,
            "A sync of 4 KiB in {} takes {sync:.2?}.",
            folder.display()
        )?;
        let plan = Plan {
            folder,
            rows: self.rows,
            peers: self.peers,
            body: self.body,
            rate: self.rate,
            warm_up: Duration::from_secs(1),
            measured: Duration::from_secs(self.seconds.get().into()),
        };
        let mut lines = Vec::new();
        for connections in self.connections {
            let mut rounds = Vec::new();
            for round in 1..=self.rounds.get() {
                let measured = plan.round(connections.get().into()).await?;
                for one in &measured {
                    writeln!(
                        streams.err,
                        "{connections} connections, round {round}: {one}"
                    )?;
                }
                rounds.push(measured);
            }
            lines.extend(Line::of(connections.get(), self.body, sync, &rounds));
        }
        Ok(self.output.write(&lines, streams.out)?)
    }
}

fn peer(text: &str) -> Result<(String, String), String> {
    let (name, command) = text.split_once('=').ok_or("expected NAME=COMMAND")?;
    Ok((name.to_owned(), command.to_owned()))
}
