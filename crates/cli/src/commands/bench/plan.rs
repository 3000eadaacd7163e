//! One round: every server in its turn.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::time::Duration;

use switchboard::journal_sqlite::SqliteReader;
use tokio::net::TcpListener;
use tokio::time::sleep;

use crate::bench::{Calls, Load, Pace, Round, RowKind, Server, bare};
use crate::clock::now;
use crate::exit::CliError;

/// What is measured, and how.
pub(super) struct Plan {
    pub(super) folder: PathBuf,
    pub(super) rows: Vec<RowKind>,
    pub(super) peers: Vec<(String, String)>,
    pub(super) body: usize,
    pub(super) rate: Option<NonZero<u32>>,
    pub(super) warm_up: Duration,
    pub(super) measured: Duration,
}

/// One server in one round.
pub(super) struct Measured {
    pub(super) name: String,
    pub(super) round: Round,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Round {
            rate,
            settled,
            median,
            p99,
            longest,
            spent,
            memory,
        } = self.round;
        let (name, memory) = (&self.name, memory >> 20);
        write!(
            f,
            "{name}: {rate:.0}/s, settled {settled:.0}/s, ack p50 {median:.2?}, p99 {p99:.2?}, max \
             {longest:.2?}, {spent:.1?} of CPU each, {memory} MiB"
        )
    }
}

impl Plan {
    /// Measures bare hyper, every row and every peer, in this order.
    pub(super) async fn round(&self, connections: usize) -> Result<Vec<Measured>, CliError> {
        let server = Server::start(&["bench", "--serve", "bare"])?;
        let mut all = vec![
            self.measure("bare hyper", &server, connections, 1, None)
                .await?,
        ];
        for row in &self.rows {
            all.push(self.row(*row, connections).await?);
        }
        for (name, command) in &self.peers {
            let server = Server::start_peer(command).await?;
            all.push(self.measure(name, &server, connections, 1, None).await?);
        }
        Ok(all)
    }

    /// The gateway with a new journal.
    async fn row(&self, row: RowKind, connections: usize) -> Result<Measured, CliError> {
        let folder = tempfile::tempdir_in(&self.folder)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let receiver = listener.local_addr()?;
        let receiving = tokio::spawn(bare::serve(listener));
        let server = start(row, folder.path(), receiver)?;
        let journal = folder.path().join("journal");
        let name = row.name();
        let copies = row.copies();
        let measured = self
            .measure(&name, &server, connections, copies, Some(&journal))
            .await;
        receiving.abort();
        measured
    }

    async fn measure(
        &self,
        name: &str,
        server: &Server,
        connections: usize,
        copies: u64,
        journal: Option<&Path>,
    ) -> Result<Measured, CliError> {
        let load = Load {
            calls: Calls::new(server.address(), "/in/bench", self.body, copies),
            connections,
            pace: self.rate.map_or(Pace::Closed, Pace::Open),
        };
        let running = load.begin(server.address()).await?;
        sleep(self.warm_up).await;
        let before = (settled(journal)?, server.spent());
        running.measure();
        let begun = now();
        sleep(self.measured).await;
        let span = begun.elapsed();
        let after = (settled(journal)?, server.spent());
        let latencies = running.end().await?;
        let answers = u32::try_from(latencies.len()).unwrap_or(u32::MAX).max(1);
        let mut round = Round::of(latencies, span);
        round.spent = (after.1 - before.1) / answers;
        round.memory = server.memory();
        if let (Some(before), Some(after)) = (before.0, after.0) {
            round.settled = (after - before) as f64 / span.as_secs_f64();
        }
        Ok(Measured {
            name: name.to_owned(),
            round,
        })
    }
}

fn start(row: RowKind, folder: &Path, receiver: SocketAddr) -> io::Result<Server> {
    let Some(configuration) = row.configuration(folder, receiver) else {
        let arguments: [OsString; 5] = [
            "bench".into(),
            "--serve".into(),
            "handler".into(),
            "--folder".into(),
            folder.into(),
        ];
        return Server::start(&arguments);
    };
    let file = folder.join("switchboard.toml");
    std::fs::write(&file, configuration)?;
    Server::start(&["run".into(), "--config".into(), OsString::from(file)])
}

/// How many events every sink of a journal is done with; without sinks, how many deliveries were
/// decoded.
fn settled(journal: Option<&Path>) -> Result<Option<u64>, CliError> {
    let Some(journal) = journal else {
        return Ok(None);
    };
    let counters = SqliteReader::open(journal)?.counters()?;
    let sinks = counters.sinks.iter().map(|sink| sink.delivered);
    Ok(Some(sinks.min().unwrap_or(counters.decoded)))
}
