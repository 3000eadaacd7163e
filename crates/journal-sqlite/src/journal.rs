//! The journal: two writers, two readers, and what they share.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use switchboard_core::journal::{
    AppendError, Cause, ClaimRequest, Claims, Decoded, EventPosition, Fault, Intake, Journal,
    JournalError, LogPosition, Receipt, Settlement, Stored, Tally, Verdict,
};
use switchboard_core::{Clock, SystemClock};
use tokio::sync::watch;
use tokio::task;
use tracing::error;

use crate::checkpoint;
use crate::claim::{Claimed, Wanted, claim};
use crate::database::Durability;
use crate::directory;
use crate::ending::Ending;
use crate::error::OpenError;
use crate::failure::Failure;
use crate::halt::Halt;
use crate::index::{self, Index, IndexReader, Recorded, Request, Settle};
use crate::lock::Lock;
use crate::log::{self, Log, LogReader};
use crate::sinks::{Lease, Sinks};
use crate::writer::Writer;

/// A journal in a directory of its own, for one process.
///
/// Dropping it commits what is queued and waits for that, which blocks for the time of an `fsync`;
/// [`close`](Journal::close) does the same without blocking.
#[derive(Debug)]
pub struct SqliteJournal {
    log: Arc<Writer<Log>>,
    index: Arc<Writer<Index>>,
    log_reader: Arc<Mutex<LogReader>>,
    index_reader: Arc<Mutex<IndexReader>>,
    sinks: Arc<Mutex<Sinks>>,
    /// The last delivery that is committed.
    appended: watch::Receiver<LogPosition>,
    /// The last event that is committed.
    recorded: watch::Receiver<EventPosition>,
    /// The last delivery that is recorded, as are all before it.
    decoded: watch::Receiver<LogPosition>,
    halt: Halt,
    clock: Arc<dyn Clock>,
    /// Taken by whoever ends the writers.
    ending: Arc<Mutex<Option<Ending>>>,
}

impl SqliteJournal {
    /// Opens the journal in `directory`, and makes it when there is none.
    ///
    /// # Errors
    ///
    /// `Locked` when another process has it open; `Corrupt` when what it holds contradicts itself.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with_clock(directory, Arc::new(SystemClock))
    }

    /// Opens the journal in `directory` with a clock of your own.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_with_clock(
        directory: impl AsRef<Path>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        Self::open_with(directory.as_ref(), clock, Durability::Full)
    }

    /// Opens a journal that loses what it acknowledged when the power fails: for the test which
    /// shows that the power-loss test would notice.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    #[doc(hidden)]
    pub fn open_with_synchronous_normal_for_tests(
        directory: impl AsRef<Path>,
    ) -> Result<Self, OpenError> {
        let clock = Arc::new(SystemClock);
        Self::open_with(directory.as_ref(), clock, Durability::Checkpoint)
    }

    fn open_with(
        path: &Path,
        clock: Arc<dyn Clock>,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        let io = |source| OpenError::io(path, source);
        directory::create(path).map_err(io)?;
        let lock = Lock::acquire(path, clock.now())?;
        let log_writer = log::DATABASE.open(path, durability)?;
        let index_writer = index::DATABASE.open(path, durability)?;
        directory::sync(path).map_err(io)?;
        checkpoint::confirm(&log_writer)?;

        let log_reader = LogReader::new(log::DATABASE.read(path)?);
        let index_reader = IndexReader::new(index::DATABASE.read(path)?);
        let end = log_reader.end()?;
        let progress = index::progress(&index_reader.connection)?;
        if progress.decoded_to > end {
            let ahead = format!(
                "delivery {} was decoded and is not in the log",
                progress.decoded_to
            );
            return Err(Failure::corrupt(ahead).into());
        }
        let sinks = Arc::new(Mutex::new(index::sinks(&index_reader.connection)?));

        let halt = Halt::new();
        let (end, appended) = watch::channel(end);
        let (head, recorded) = watch::channel(progress.events);
        let (decoded_to, decoded) = watch::channel(progress.decoded_to);
        let index = Index::new(Arc::clone(&sinks), decoded_to, head);
        let log = Log::new(end);
        let log = Writer::start("journal-log", log::BOUNDS, log_writer, log, halt.clone());
        let log = Arc::new(log.map_err(io)?);
        let index = Writer::start(
            "journal-index",
            index::BOUNDS,
            index_writer,
            index,
            halt.clone(),
        );
        let index = Arc::new(index.map_err(io)?);
        let ending = Ending::new(Arc::clone(&log), Arc::clone(&index), lock);
        Ok(Self {
            log,
            index,
            log_reader: Arc::new(Mutex::new(log_reader)),
            index_reader: Arc::new(Mutex::new(index_reader)),
            sinks,
            appended,
            recorded,
            decoded,
            halt,
            clock,
            ending: Arc::new(Mutex::new(Some(ending))),
        })
    }

    /// Asks the thread that writes to the index.
    async fn index(&self, request: Request) -> Result<Tally, JournalError> {
        let bytes = request.bytes();
        Ok(self.index.submit(request, bytes).await?)
    }

    /// Reads on a thread that may wait for the disk.
    async fn read<T, R: Send + 'static>(
        &self,
        reader: &Arc<Mutex<R>>,
        read: impl FnOnce(&mut R) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, JournalError>
    where
        T: Send + 'static,
    {
        self.halt.check()?;
        let reader = Arc::clone(reader);
        let reading = task::spawn_blocking(move || {
            let mut reader = reader.lock().expect("no holder panics");
            read(&mut reader)
        });
        let read = reading.await.map_err(|error| {
            // Otherwise it was cancelled, as the runtime ends.
            if error.is_panic() {
                let panicked = io::Error::other("a thread that reads panicked");
                self.halt.stop(Fault::Io(Arc::new(panicked)));
            }
            JournalError::Stopped
        })?;
        read.map_err(|failure| self.halt.refuse(failure).into())
    }

    async fn take(&self, wanted: Wanted) -> Result<Claimed, JournalError> {
        let head = *self.recorded.borrow();
        let sinks = Arc::clone(&self.sinks);
        self.read(&self.index_reader, move |index| {
            let mut sinks = sinks.lock().expect("no holder panics");
            match sinks.get_mut(&wanted.sink) {
                Some(sink) => claim(&wanted, head, sink, index),
                None => Ok(Claimed::nothing(head)),
            }
        })
        .await
    }

    /// Makes dead letters of events that `request` claimed and that cannot be read back.
    async fn bury(
        &self,
        request: &ClaimRequest<'_>,
        events: &[EventPosition],
    ) -> Result<(), JournalError> {
        let dead = |&event| Settlement {
            position: event,
            verdict: Verdict::Dead(Cause::Unreadable),
            attempt: None,
        };
        let settlements: Vec<_> = events.iter().map(dead).collect();
        let (sink, owner) = (request.sink, request.owner);
        match self.settle(sink, owner, &settlements).await {
            // They are held, and are claimed and buried again when their lease is over.
            Err(error) if error.is_transient() => Ok(()),
            Err(error) => Err(error),
            Ok(()) => {
                error!(
                    sink,
                    ?events,
                    "Events that cannot be read back are dead letters now."
                );
                Ok(())
            }
        }
    }

    /// Waits until `position` has moved past `after`.
    async fn moved<P: PartialOrd + Copy>(
        &self,
        position: &watch::Receiver<P>,
        after: P,
    ) -> Result<P, JournalError> {
        self.halt.check()?;
        let mut position = position.clone();
        tokio::select! {
            moved = position.wait_for(|position| *position > after) => match moved {
                Ok(position) => Ok(*position),
                Err(_) => Err(JournalError::Stopped),
            },
            _ = self.halt.stopped() => Err(JournalError::Stopped),
        }
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn append(&self, intake: Intake) -> Result<Receipt, AppendError> {
        let record = log::encode(&intake);
        drop(intake);
        let bytes = record.len();
        let position = self.log.submit(record, bytes).await?;
        Ok(Receipt::committed(position))
    }

    async fn next(&self, limit: usize) -> Result<Vec<Stored>, JournalError> {
        let limit = limit.max(1);
        loop {
            let from = *self.decoded.borrow();
            let end = self.moved(&self.appended, from).await?;
            let slice = self
                .read(&self.log_reader, move |log| log.after(from, end, limit))
                .await?;
            if !slice.damaged.is_empty() {
                error!(deliveries = ?slice.damaged, "Deliveries are damaged on disk.");
                self.index(Request::Damaged(slice.damaged)).await?;
            }
            // Where all of them are damaged, noting them has moved what is decoded past them.
            if !slice.sound.is_empty() {
                return Ok(slice.sound);
            }
        }
    }

    async fn record(&self, batch: &[Decoded]) -> Result<Tally, JournalError> {
        self.halt.check()?;
        let batch = batch.iter().map(Recorded::new).collect();
        self.index(Request::Record(batch)).await
    }

    async fn subscribe(&self, sink: &str) -> Result<(), JournalError> {
        let name = sink.to_owned();
        let is_known = self.read(&self.sinks, move |sinks| Ok(sinks.contains_key(&name)));
        if !is_known.await? {
            self.index(Request::Subscribe(sink.to_owned())).await?;
        }
        Ok(())
    }

    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError> {
        let wanted = Wanted {
            sink: request.sink.to_owned(),
            lease: Lease {
                owner: request.owner.into(),
                until: request.now.plus(request.lease),
            },
            now: request.now,
            limit: request.limit,
        };
        loop {
            let Claimed { claims, unreadable } = self.take(wanted.clone()).await?;
            if unreadable.is_empty() {
                return Ok(claims);
            }
            self.bury(request, &unreadable).await?;
            // Who is given nothing waits for a new event, and some may stand behind those.
            if !claims.claims.is_empty() {
                return Ok(claims);
            }
        }
    }

    async fn settle(
        &self,
        sink: &str,
        owner: &str,
        settlements: &[Settlement],
    ) -> Result<(), JournalError> {
        let request = Request::Settle(Settle {
            sink: sink.to_owned(),
            owner: owner.to_owned(),
            settlements: settlements.to_vec(),
            now: self.clock.now(),
        });
        self.index(request).await?;
        Ok(())
    }

    async fn recorded_after(&self, position: EventPosition) -> Result<(), JournalError> {
        self.moved(&self.recorded, position).await?;
        Ok(())
    }

    async fn delivery(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        let found = self
            .read(&self.log_reader, move |log| log.get(position))
            .await?;
        match found {
            Some(None) => Err(JournalError::Damaged(position)),
            Some(sound) => Ok(sound),
            None => Ok(None),
        }
    }

    async fn stopped(&self) -> Fault {
        self.halt.stopped().await
    }

    async fn close(&self) -> Result<(), JournalError> {
        let ending = Arc::clone(&self.ending);
        let ended = task::spawn_blocking(move || {
            // Held until all has ended, so that another call waits for this one.
            let mut ending = ending.lock().expect("no holder panics");
            drop(ending.take());
        });
        let is_ended = ended.await.is_ok();
        self.halt.stop(Fault::Closed);
        match self.halt.fault() {
            Some(Fault::Closed) if is_ended => Ok(()),
            _ => Err(JournalError::Stopped),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use tokio::runtime::Runtime;

    use super::*;

    #[tokio::test]
    async fn a_panic_while_reading_stops_the_journal() {
        let directory = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(directory.path()).unwrap();

        let read = journal.read(&journal.log_reader, |_| -> Result<(), Failure> {
            panic!("a bug")
        });
        let answer = read.await;

        assert!(matches!(answer, Err(JournalError::Stopped)), "{answer:?}");
        let fault = journal.stopped().await;
        assert!(matches!(fault, Fault::Io(_)), "{fault:?}");
    }

    #[test]
    fn a_close_that_nobody_waits_for_holds_the_lock_to_its_end() {
        let directory = tempfile::tempdir().unwrap();
        let runtime = Runtime::new().unwrap();
        let journal = SqliteJournal::open(directory.path()).unwrap();
        // The thread that writes to the index comes as far as the sinks.
        let sinks = Arc::clone(&journal.sinks);
        let held = sinks.lock().unwrap();
        runtime.block_on(async {
            let settled = journal.settle("app", "me", &[]);
            tokio::select! { biased; _ = settled => {}, () = ready(()) => {} }
            tokio::select! { biased; _ = journal.close() => {}, () = ready(()) => {} }
        });
        drop(journal);

        let early = SqliteJournal::open(directory.path());
        drop(held);
        // It waits for what it still runs.
        drop(runtime);

        assert!(matches!(early, Err(OpenError::Locked { .. })), "{early:?}");
        SqliteJournal::open(directory.path()).unwrap();
    }
}
