//! A server that is ready to be measured, and what stands around it.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use switchboard::core::journal::SinkCounters;
use switchboard::journal_sqlite::SqliteReader;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::{Calls, RowKind, Server, Shelf, Stock, SyncDelay, bare};
use crate::exit::CliError;

/// How often a journal that is to rest is looked at, and how long it may take.
const GLANCE: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(600);

/// A server that can be measured.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    /// Bare hyper.
    Bare,
    /// The gateway, on a journal that holds something or on an empty one.
    Row(RowKind, Option<Stock>),
    /// Somebody else's.
    Peer {
        /// What it is called.
        name: String,
        /// The shell command that starts it.
        command: String,
    },
}

impl Subject {
    /// What it is called in a table.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Bare => "bare hyper".to_owned(),
            Self::Row(row, None) => row.name(),
            Self::Row(row, Some(stock)) => format!("{}, {}", row.name(), stock.title()),
            Self::Peer { name, .. } => name.clone(),
        }
    }
}

/// A server at work, and all that it needs. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Stage {
    server: Server,
    subject: Subject,
    journal: PathBuf,
    _receiving: Option<AbortOnDropHandle<io::Result<()>>>,
    _folder: TempDir,
}

impl Stage {
    /// Starts `subject` with its files in `folder`, or on a journal of `shelf`.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub(crate) async fn set(
        subject: Subject,
        folder: &Path,
        shelf: &Shelf,
        delay: SyncDelay,
    ) -> io::Result<Self> {
        let folder = tempfile::tempdir_in(folder)?;
        let mut journal = folder.path().join("journal");
        let mut receiving = None;
        let server = match &subject {
            Subject::Bare => Server::start(&["bench", "--serve", "bare"], SyncDelay::default())?,
            Subject::Peer { command, .. } => {
                Server::start_peer(command, folder.path(), delay).await?
            }
            Subject::Row(row, stock) => {
                if let Some(stock) = stock {
                    journal = shelf.journal(*stock);
                }
                let listener = TcpListener::bind("127.0.0.1:0").await?;
                let receiver = listener.local_addr()?;
                receiving = Some(AbortOnDropHandle::new(tokio::spawn(bare::serve(listener))));
                gateway(*row, &journal, folder.path(), receiver, delay)?
            }
        };
        Ok(Self {
            server,
            subject,
            journal,
            _receiving: receiving,
            _folder: folder,
        })
    }

    /// The server.
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    /// Calls that the server takes, with bodies of so many bytes.
    pub(crate) fn calls(&self, body: usize) -> Calls {
        let copies = match self.subject {
            Subject::Row(row, _) => row.copies(),
            _ => 1,
        };
        Calls::new(self.server.address(), "/in/bench", body, copies)
    }

    /// How many events every sink of a gateway is done with; where no sink takes any, how many
    /// deliveries were decoded.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub(crate) fn settled(&self) -> Result<Option<u64>, CliError> {
        let Subject::Row(row, _) = self.subject else {
            return Ok(None);
        };
        let counters = SqliteReader::open(&self.journal)?.counters()?;
        let of_row =
            |sink: &&SinkCounters| row.delivers() && row.sinks().any(|name| name == sink.name);
        let sinks = counters.sinks.iter().filter(of_row);
        let delivered = sinks.map(|sink| sink.delivered).min();
        Ok(Some(delivered.unwrap_or(counters.decoded)))
    }

    /// Ends the server. A journal that is used again is left as it was found: everything is settled
    /// that was taken since `settled`, and it is closed in order.
    ///
    /// # Errors
    ///
    /// When that takes too long.
    pub(crate) async fn strike(self, settled: Option<u64>, taken: u64) -> Result<(), CliError> {
        if !matches!(self.subject, Subject::Row(_, Some(_))) {
            return Ok(());
        }
        let at_rest = async {
            while self.settled()? < settled.map(|before| before + taken) {
                sleep(GLANCE).await;
            }
            Ok::<(), CliError>(())
        };
        timeout(PATIENCE, at_rest).await.map_err(|late| {
            CliError::unavailable("the gateway does not come to the end of its journal", late)
        })??;
        Ok(self.server.end()?)
    }
}

fn gateway(
    row: RowKind,
    journal: &Path,
    folder: &Path,
    receiver: SocketAddr,
    delay: SyncDelay,
) -> io::Result<Server> {
    let Some(configuration) = row.configuration(journal, folder, receiver) else {
        let arguments: [OsString; 5] = [
            "bench".into(),
            "--serve".into(),
            "handler".into(),
            "--folder".into(),
            journal.into(),
        ];
        return Server::start(&arguments, delay);
    };
    let file = folder.join("switchboard.toml");
    std::fs::write(&file, configuration)?;
    Server::start(
        &["run".into(), "--config".into(), OsString::from(file)],
        delay,
    )
}
