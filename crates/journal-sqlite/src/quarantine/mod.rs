//! `quarantine.db`: deliveries that failed verification, apart from everything that is promised.

mod bench;
mod change;
mod handover;
mod reader;
mod record;
mod rows;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use async_trait::async_trait;
use rusqlite::Connection;
use switchboard_core::quarantine::{
    Bounds, Held, Listing, Quarantine, QuarantineError, Suspect, SuspectCause, SuspectCounts,
    SuspectId,
};
use tokio::sync::oneshot;
use tokio::task;

use self::change::Change;
use self::handover::Handover;
use crate::checkpoint;
use crate::database::{Database, Durability};
use crate::directory;
use crate::error::OpenError;
use crate::failure::Failure;
use crate::refusal::Refusal;

pub use reader::SqliteQuarantineReader;

const DATABASE: Database = Database {
    file: "quarantine.db",
    application_id: i32::from_be_bytes(*b"SwbQ"),
    schema: include_str!("schema.sql"),
};

/// A quarantine in the directory of a journal, in a file of its own: no flood of forgeries touches
/// what the journal promises.
///
/// Whoever opens it has the journal open, and with it the lock of the directory. A full disk or a
/// broken file costs what could not be kept, which is counted, and nothing else.
///
/// Dropping it writes what was handed over and waits for that; [`close`](Quarantine::close) does the
/// same without blocking.
///
/// ```
/// use switchboard_core::Delivery;
/// use switchboard_core::quarantine::{Bounds, Listing, Quarantine, Suspect, SuspectCause};
/// use switchboard_journal_sqlite::{SqliteJournal, SqliteQuarantine};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let journal = SqliteJournal::open(folder.path())?;
/// let bounds = Bounds { deliveries: 1_000, bytes: 8 << 20 };
/// let quarantine = SqliteQuarantine::open(folder.path(), bounds)?;
/// quarantine.keep(Suspect {
///     endpoint: "support".into(),
///     adapter: "kommo-chats".into(),
///     delivery: Delivery::post("{}"),
///     cause: SuspectCause::Refused,
///     diagnosis: "signature mismatch".into(),
/// });
///
/// let held = quarantine.list(&Listing::first(10)).await?;
/// assert_eq!(held[0].diagnosis, "signature mismatch");
/// # Ok(())
/// # }
/// ```
pub struct SqliteQuarantine {
    bounds: Bounds,
    handover: Arc<Handover>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl SqliteQuarantine {
    /// Opens the quarantine in `directory`, and makes it when there is none. What is beyond `bounds`
    /// is pushed out.
    ///
    /// # Errors
    ///
    /// When it cannot be used. A gateway can do without.
    pub fn open(directory: impl AsRef<Path>, bounds: Bounds) -> Result<Self, OpenError> {
        let directory = directory.as_ref();
        let io = |source| OpenError::io(directory, source);
        directory::create(directory).map_err(io)?;
        // An `fsync` a commit would take the disk's time from the journal, for deliveries that
        // nobody was told are safe. What a power failure takes is the last few of them; the file
        // stays whole.
        let mut connection = DATABASE.open(directory, Durability::Checkpoint)?;
        directory::sync(directory).map_err(io)?;
        Change::begin(&mut connection, bounds)?.commit()?;
        let handover = Arc::new(Handover::new());
        let thread = bench::start(connection, bounds, Arc::clone(&handover)).map_err(io)?;
        Ok(Self {
            bounds,
            handover,
            thread: Arc::new(Mutex::new(Some(thread))),
        })
    }

    /// Asks the thread, after everything that was handed over before.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, QuarantineError> {
        let (sender, answer) = oneshot::channel();
        let question = move |connection: &mut Connection| {
            // Whoever gave up waiting is passed over.
            let _ = sender.send(work(connection));
        };
        self.handover.ask(Box::new(question)).map_err(refused)?;
        let answered = answer.await.map_err(|_| QuarantineError::Closed)?;
        answered.map_err(failed)
    }

    async fn change(
        &self,
        work: impl FnOnce(&mut Change<'_>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<(), QuarantineError> {
        let bounds = self.bounds;
        self.ask(move |connection| {
            let mut change = Change::begin(connection, bounds)?;
            work(&mut change)?;
            change.commit()?;
            checkpoint::if_large(connection, checkpoint::MANY)
        })
        .await
    }
}

#[async_trait]
impl Quarantine for SqliteQuarantine {
    fn keep(&self, suspect: Suspect) {
        if suspect.bytes() > self.bounds.bytes {
            return self.handover.note_dropped(&suspect.endpoint);
        }
        self.handover.keep(suspect);
    }

    async fn list(&self, listing: &Listing) -> Result<Vec<Held>, QuarantineError> {
        let listing = listing.clone();
        self.ask(move |connection| rows::list(connection, &listing))
            .await
    }

    async fn get(&self, id: SuspectId) -> Result<Option<Suspect>, QuarantineError> {
        match self
            .ask(move |connection| rows::get(connection, id))
            .await?
        {
            Some(None) => Err(QuarantineError::Damaged(id)),
            Some(sound) => Ok(sound),
            None => Ok(None),
        }
    }

    async fn judge(
        &self,
        id: SuspectId,
        cause: SuspectCause,
        diagnosis: &str,
    ) -> Result<(), QuarantineError> {
        let diagnosis = diagnosis.to_owned();
        self.change(move |change| change.judge(id, cause, &diagnosis))
            .await
    }

    async fn remove(&self, ids: &[SuspectId]) -> Result<(), QuarantineError> {
        let ids = ids.to_vec();
        self.change(move |change| ids.into_iter().try_for_each(|id| change.remove(id)))
            .await
    }

    async fn counts(&self) -> Result<BTreeMap<String, SuspectCounts>, QuarantineError> {
        let handover = Arc::clone(&self.handover);
        self.ask(move |connection| {
            let mut counts = rows::counts(connection)?;
            // Asked where they are written down, so that none is counted in both places or in neither.
            for (endpoint, dropped) in handover.unwritten() {
                counts.entry(endpoint).or_default().dropped += dropped;
            }
            Ok(counts)
        })
        .await
    }

    async fn close(&self) {
        self.handover.close();
        let thread = Arc::clone(&self.thread);
        // An error is the end of the runtime; dropping waits then.
        let _ = task::spawn_blocking(move || join(&thread)).await;
    }
}

impl Drop for SqliteQuarantine {
    fn drop(&mut self) {
        self.handover.close();
        join(&self.thread);
    }
}

impl fmt::Debug for SqliteQuarantine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteQuarantine")
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}

/// Held until it has ended, so that another call waits for this one.
fn join(thread: &Mutex<Option<JoinHandle<()>>>) {
    let mut thread = thread.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(thread) = thread.take() {
        // A panic in there was told already, and cost what was waiting.
        let _ = thread.join();
    }
}

fn refused(refusal: Refusal) -> QuarantineError {
    match refusal {
        Refusal::Busy | Refusal::Full => QuarantineError::Busy,
        Refusal::Stopped => QuarantineError::Closed,
    }
}

fn failed(failure: Failure) -> QuarantineError {
    QuarantineError::Store(match failure {
        Failure::Full(error) | Failure::Busy(error) => Arc::new(error),
        Failure::Fatal(fault) => Arc::new(fault),
    })
}
