//! The journal: two writers, two readers, and what they share.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use switchboard_core::journal::{
    AppendError, ClaimRequest, Claims, Decoded, EventPosition, Fault, Intake, Journal,
    JournalError, LogPosition, Receipt, Settlement, Stored, Tally,
};
use switchboard_core::{Clock, SystemClock};
use tokio::sync::watch;
use tokio::task;

use crate::checkpoint;
use crate::claim::{Wanted, claim};
use crate::database::Durability;
use crate::directory;
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
    /// The last delivery that was handed out to be decoded.
    handed_out: AtomicU64,
    halt: Halt,
    clock: Arc<dyn Clock>,
    /// The last to go: both writers have ended when it is released.
    lock: Mutex<Option<Lock>>,
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
        let index = Index::new(Arc::clone(&sinks), head);
        let log = Log::new(end);
        let log = Writer::start("journal-log", log::BOUNDS, log_writer, log, halt.clone());
        let index = Writer::start(
            "journal-index",
            index::BOUNDS,
            index_writer,
            index,
            halt.clone(),
        );
        Ok(Self {
            log: Arc::new(log.map_err(io)?),
            index: Arc::new(index.map_err(io)?),
            log_reader: Arc::new(Mutex::new(log_reader)),
            index_reader: Arc::new(Mutex::new(index_reader)),
            sinks,
            appended,
            recorded,
            handed_out: AtomicU64::new(progress.decoded_to.0),
            halt,
            clock,
            lock: Mutex::new(Some(lock)),
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
        // It is cancelled when the runtime ends.
        let read = reading.await.map_err(|_| JournalError::Stopped)?;
        read.map_err(|failure| self.halt.refuse(failure).into())
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
        loop {
            let from = self.handed_out.load(Ordering::Acquire);
            let end = self.moved(&self.appended, LogPosition(from)).await?;
            let limit = limit.max(1);
            let slice = self
                .read(&self.log_reader, move |log| {
                    log.after(LogPosition(from), end, limit)
                })
                .await?;
            if !slice.damaged.is_empty() {
                tracing::error!(deliveries = ?slice.damaged, "Deliveries are damaged on disk.");
                self.index(Request::Damaged(slice.damaged)).await?;
            }
            // Nothing waits from here on, so a dropped call hands nothing out; and of two calls
            // that read the same, one reads again.
            let exchange = self.handed_out.compare_exchange(
                from,
                slice.end.0,
                Ordering::AcqRel,
                Ordering::Relaxed,
            );
            if exchange.is_ok() && !slice.sound.is_empty() {
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
        self.index(Request::Subscribe(sink.to_owned())).await?;
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
        let head = *self.recorded.borrow();
        let sinks = Arc::clone(&self.sinks);
        self.read(&self.index_reader, move |index| {
            let mut sinks = sinks.lock().expect("no holder panics");
            match sinks.get_mut(&wanted.sink) {
                Some(sink) => claim(&wanted, head, sink, index),
                None => Ok(Claims {
                    head,
                    ..Claims::default()
                }),
            }
        })
        .await
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
        let (log, index) = (Arc::clone(&self.log), Arc::clone(&self.index));
        let ended = task::spawn_blocking(move || {
            log.finish();
            index.finish();
        });
        let is_ended = ended.await.is_ok();
        self.halt.stop(Fault::Closed);
        self.lock.lock().expect("no holder panics").take();
        match self.halt.fault() {
            Some(Fault::Closed) if is_ended => Ok(()),
            _ => Err(JournalError::Stopped),
        }
    }
}
