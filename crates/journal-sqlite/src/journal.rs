//! The journal: two writers, their readers, and what they share.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use switchboard_core::journal::{
    AppendError, Cause, ClaimRequest, Claims, Commits, Decoded, EventPosition, Fault, Intake,
    Journal, JournalError, Line, LogPosition, Pause, Receipt, Replay, Settlement, Stored, Tally,
    Undecoded, Verdict,
};
use switchboard_core::{Clock, SystemClock, Timestamp};
use tokio::sync::watch;
use tokio::task;
use tracing::error;

use crate::check::{self, Finding};
use crate::checkpoint;
use crate::claim::{Claimed, Then, Wanted, claim};
use crate::database::Durability;
use crate::directory;
use crate::ending::Ending;
use crate::error::OpenError;
use crate::failure::Failure;
use crate::halt::Halt;
use crate::index::{self, Answer, Index, IndexReader, Key, Opening, Request, Seen, Settle};
use crate::lock::Lock;
use crate::log::{self, Fresh, Log, LogReader, LogRequest};
use crate::meter::Meter;
use crate::reader::SqliteReader;
use crate::readiness::Readiness;
use crate::sinks::{Lease, Sinks};
use crate::writer::Writer;

/// A journal in a directory of its own, for one process.
///
/// Deliveries that wait at the same time share a commit, and with it an `fsync`. Where 4,096 of them
/// or 64 MiB wait already, an append is refused as [`Overloaded`](AppendError::Overloaded). A directory
/// that it makes is its user's alone (0700), as are its files (0600).
///
/// Dropping it commits what is queued and waits for that, which blocks for the time of an `fsync`;
/// [`close`](Journal::close) does the same without blocking.
#[derive(Debug)]
pub struct SqliteJournal {
    log: Arc<Writer<Log>>,
    index: Arc<Writer<Index>>,
    log_reader: Arc<Mutex<LogReader>>,
    index_reader: Arc<Mutex<IndexReader>>,
    /// For those who look, so that they are in nobody's way.
    records: Arc<Mutex<SqliteReader>>,
    sinks: Arc<Mutex<Sinks>>,
    /// How it was found.
    opening: Opening,
    /// The last delivery that is committed.
    appended: watch::Receiver<LogPosition>,
    /// The last event that is committed.
    recorded: watch::Receiver<EventPosition>,
    /// The last delivery that is recorded, as are all before it.
    decoded: watch::Receiver<LogPosition>,
    halt: Halt,
    meter: Arc<Meter>,
    readiness: Readiness,
    clock: Arc<dyn Clock>,
    directory: PathBuf,
    /// The last key that was looked at for its age.
    keys_looked_at: Mutex<Key>,
    /// Taken by whoever ends the writers.
    ending: Arc<Mutex<Option<Ending>>>,
}

impl SqliteJournal {
    /// Opens the journal in `directory`, and makes it when there is none.
    ///
    /// # Errors
    ///
    /// `Locked` when another process has it open; `Corrupt` when what it holds contradicts itself.
    ///
    /// ```
    /// use switchboard_journal_sqlite::{OpenError, SqliteJournal};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let journal = SqliteJournal::open(folder.path().join("switchboard-data"))?;
    ///
    /// let second = SqliteJournal::open(folder.path().join("switchboard-data"));
    /// assert!(matches!(second, Err(OpenError::Locked { pid: Some(_), .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with_clock(directory, Arc::new(SystemClock))
    }

    /// Opens the journal in `directory` with a clock of your own.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    ///
    /// ```
    /// use std::sync::Arc;
    /// use switchboard_core::Timestamp;
    /// use switchboard_journal_sqlite::SqliteJournal;
    /// use switchboard_testkit::ManualClock;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
    /// let journal = SqliteJournal::open_with_clock(folder.path(), clock)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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

    /// Goes through everything that it holds, which takes its time and keeps nobody waiting, and
    /// tells what does not agree: the files, the counters, the positions.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    ///
    /// ```
    /// use switchboard_journal_sqlite::SqliteJournal;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let folder = tempfile::tempdir()?;
    /// let journal = SqliteJournal::open(folder.path())?;
    /// for finding in journal.check().await? {
    ///     println!("{finding}"); // dead letters of app: 3 were counted, and there are 2
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check(&self) -> Result<Vec<Finding>, OpenError> {
        let directory = self.directory.clone();
        let checking = task::spawn_blocking(move || {
            let reader = SqliteReader::open(&directory)?;
            let mut findings = check::everything(&reader, &directory)?;
            // It is this process that has it open.
            findings.retain(Finding::is_fault);
            Ok(findings)
        });
        let panicked = |error| OpenError::io(&self.directory, io::Error::other(error));
        checking.await.map_err(panicked)?
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

        let fresh = Arc::<Mutex<Fresh>>::default();
        let log_reader = LogReader::beside(log::DATABASE.read(path)?, Arc::clone(&fresh));
        let recent = Arc::default();
        let index_reader = IndexReader::new(index::DATABASE.read(path)?, Arc::clone(&recent));
        let records = SqliteReader::open(path)?;
        let end = log_reader.end()?;
        let progress = index::progress(&index_reader.connection)?;
        if progress.decoded_to > end {
            let ahead = format!(
                "delivery {} was decoded and is not in the log",
                progress.decoded_to
            );
            return Err(Failure::corrupt(ahead).into());
        }
        let opening = index::open(&index_writer, &progress, end)?;
        let mut sinks = index::sinks(&index_reader.connection)?;
        if opening.is_after_crash {
            let connection = &index_reader.connection;
            index::suspect(connection, &mut sinks, progress.events, clock.now())?;
        }
        let sinks = Arc::new(Mutex::new(sinks));
        let seen = Seen::load(&index_reader.connection, progress.events)?;

        let halt = Halt::new();
        let (end, appended) = watch::channel(end);
        let (head, recorded) = watch::channel(progress.events);
        let (decoded_to, decoded) = watch::channel(progress.decoded_to);
        let index = Index::new(Arc::clone(&sinks), decoded_to, head, recent, seen);
        let meter = Arc::new(Meter::new());
        let log = Log::new(end, fresh, decoded.clone(), Arc::clone(&meter));
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
            records: Arc::new(Mutex::new(records)),
            sinks,
            opening,
            appended,
            recorded,
            decoded,
            halt,
            meter,
            readiness: Readiness::new(path.to_owned()),
            clock,
            directory: path.to_owned(),
            keys_looked_at: Mutex::default(),
            ending: Arc::new(Mutex::new(Some(ending))),
        })
    }

    /// Asks the thread that writes to the log for something that is no append.
    pub(crate) async fn log(&self, request: LogRequest) -> Result<(), JournalError> {
        self.log.submit(request, 0).await?;
        Ok(())
    }

    /// Asks the thread that writes to the index.
    pub(crate) async fn index(&self, request: Request) -> Result<Answer, JournalError> {
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

    /// Looks for somebody who is in no hurry.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut SqliteReader) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.read(&self.records, look).await
    }

    /// What is kept no more is read no more.
    pub(crate) async fn forget_frames(&self) -> Result<(), JournalError> {
        self.look(|records| {
            records.log.forget();
            Ok(())
        })
        .await?;
        self.read(&self.log_reader, |log| {
            log.forget();
            Ok(())
        })
        .await
    }

    /// The last key that was looked at for its age.
    pub(crate) fn keys_looked_at(&self) -> Key {
        *self.keys_looked_at.lock().expect("no holder panics")
    }

    /// Where to look on for old keys.
    pub(crate) fn look_at_keys_after(&self, key: Key) {
        *self.keys_looked_at.lock().expect("no holder panics") = key;
    }

    /// The commits of deliveries since the start.
    pub(crate) fn commits(&self) -> Commits {
        self.meter.commits()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What every sink has in memory.
    pub(crate) fn sinks(&self) -> Arc<Mutex<Sinks>> {
        Arc::clone(&self.sinks)
    }

    async fn take(&self, wanted: Wanted) -> Result<Claimed, JournalError> {
        let head = *self.recorded.borrow();
        let sinks = Arc::clone(&self.sinks);
        self.read(&self.index_reader, move |index| {
            let mut sinks = sinks.lock().expect("no holder panics");
            match sinks.get_mut(&wanted.sink) {
                Some(sink) => claim(&wanted, head, sink, index),
                None => Ok(Claimed::nothing(head, Then::Done)),
            }
        })
        .await
    }

    /// Does what there is to do after a claim. Answers whether it makes room for another.
    async fn then(&self, then: Then, wanted: &mut Wanted) -> Result<bool, JournalError> {
        let request = match then {
            Then::Done => return Ok(false),
            Then::Write => Request::Write,
            Then::Hold => Request::Hold(wanted.sink.clone()),
            Then::Sweep => Request::Sweep(wanted.sink.clone(), wanted.order),
        };
        match (self.index(request).await, then) {
            (Ok(_), then) => Ok(then != Then::Write),
            // What cannot be written keeps nobody waiting who can be given something.
            (Err(error), Then::Write | Then::Sweep) if error.is_transient() => {
                wanted.is_makeshift |= then == Then::Sweep;
                Ok(then == Then::Sweep)
            }
            (Err(error), _) => Err(error),
        }
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
    async fn append(&self, intake: &Intake) -> Result<Receipt, AppendError> {
        let record = log::encode(intake);
        let received = intake.delivery.received_at;
        let bytes = record.len();
        let append = LogRequest::Append { record, received };
        let position = self.log.submit(append, bytes).await;
        self.readiness.appended(&position, self.now());
        Ok(Receipt::committed(position?))
    }

    fn ready(&self) -> Result<(), AppendError> {
        self.halt.check()?;
        self.log.has_room()?;
        self.readiness.check(self.now())?;
        Ok(())
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
        Ok(self.index(Request::Record(batch.to_vec())).await?.tally)
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
        let mut wanted = Wanted {
            sink: request.sink.to_owned(),
            filter: Arc::clone(request.filter),
            order: request.order,
            lease: Lease {
                owner: request.owner.into(),
                until: request.now.plus(request.lease),
            },
            now: request.now,
            limit: request.limit,
            is_makeshift: false,
        };
        loop {
            let claimed = self.take(wanted.clone()).await?;
            let Claimed {
                claims,
                unreadable,
                has_looked_on,
                then,
            } = claimed;
            let has_buried = !unreadable.is_empty();
            if has_buried {
                self.bury(request, &unreadable).await?;
            }
            let has_room = self.then(then, &mut wanted).await;
            // Who is given nothing waits for a new event, and some may stand behind those that were
            // looked at.
            if !claims.claims.is_empty() || !(has_room? || has_looked_on || has_buried) {
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

    async fn begin(&self, sink: &str, event: EventPosition) -> Result<u32, JournalError> {
        let begun = self.index(Request::Begin(sink.to_owned(), event)).await?;
        Ok(u32::try_from(begun.count).unwrap_or(u32::MAX))
    }

    fn stalls(&self) -> u32 {
        self.opening.stalls
    }

    async fn revive(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        let request = Request::Revive(sink.to_owned(), events.to_vec());
        Ok(self.index(request).await?.count)
    }

    async fn discard(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        let request = Request::Discard(sink.to_owned(), events.to_vec());
        Ok(self.index(request).await?.count)
    }

    async fn replay(&self, replays: &[Replay]) -> Result<u64, JournalError> {
        self.halt.check()?;
        let request = Request::Replay(replays.to_vec());
        Ok(self.index(request).await?.count)
    }

    async fn pause(&self, line: &Line, pause: Option<Pause>) -> Result<(), JournalError> {
        self.index(Request::Pause(line.clone(), pause)).await?;
        Ok(())
    }

    async fn pauses(&self) -> Result<BTreeMap<Line, Pause>, JournalError> {
        self.look(|records| records.find_pauses()).await
    }

    async fn undecoded(
        &self,
        after: LogPosition,
        limit: usize,
    ) -> Result<Vec<(Stored, Undecoded)>, JournalError> {
        self.look(move |records| records.find_undecoded(after, limit))
            .await
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
        // Without it the next start looks for what ended this process, which harms nobody.
        self.index.leave(Request::End, 64);
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
