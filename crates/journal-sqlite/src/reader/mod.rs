//! Looking into a journal from outside.

mod counters;
mod dead;
mod events;
mod undecoded;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use switchboard_core::journal::{
    Counters, DeadFilter, DeadLetter, EventFilter, EventRecord, Line, LogPosition, Pause, Stored,
    Undecoded, UndecodedFilter, UndecodedRecord,
};

use crate::check::{self, Finding};
use crate::error::{OpenError, ReadError};
use crate::failure::Failure;
use crate::index::{self, IndexReader};
use crate::log::{self, LogReader};
use crate::sinks::Sinks;

/// Reads a journal, while a gateway runs or not. Takes no lock and changes nothing.
///
/// Its calls wait for the disk: they are for programs that have nothing else to do. They answer what
/// [`Records`](switchboard_core::journal::Records) answers, but for the last few events that a
/// running gateway has passed over, which count as pending here until that is written.
///
/// ```
/// use switchboard_core::event::Origin;
/// use switchboard_core::journal::{
///     DeadFilter, Decoded, EventFilter, Intake, Journal, Undecoded, UndecodedCause,
///     UndecodedFilter,
/// };
/// use switchboard_core::{DedupKey, Delivery, Descriptor, Draft, Event, Timestamp, Verified};
/// use switchboard_journal_sqlite::{ReadError, SqliteJournal, SqliteReader};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let journal = SqliteJournal::open(folder.path())?;
/// # const ACME: Descriptor = Descriptor::new("acme", "Acme");
/// # let origin = Origin {
/// #     adapter: &ACME,
/// #     endpoint: "support",
/// #     account: None,
/// #     scheme: "none",
/// #     delivery: "1",
/// #     recorded: Timestamp::UNIX_EPOCH,
/// # };
/// # let draft = Draft::unknown("ping", serde_json::json!({}), DedupKey::provider(["7"]));
/// # let event = Event::stamp(draft, &origin, 0);
/// # let unreadable = Undecoded {
/// #     cause: UndecodedCause::Unreadable,
/// #     reason: "no JSON".into(),
/// # };
/// # let mut decoded = Vec::new();
/// # for outcome in [Ok(vec![event]), Err(unreadable)] {
/// #     let receipt = journal
/// #         .append(&Intake {
/// #             endpoint: "support".into(),
/// #             adapter: "acme".into(),
/// #             delivery: Delivery::post("ping"),
/// #             verified: Verified::unsigned(),
/// #         })
/// #         .await?;
/// #     let position = receipt.position();
/// #     decoded.push(Decoded::new(position, outcome));
/// # }
/// # journal.record(&decoded).await?;
/// // A gateway took two deliveries: one was a ping, the other nobody could read.
/// let mut reader = SqliteReader::open(folder.path())?;
/// let counters = reader.counters()?;
/// assert_eq!((counters.stored, counters.events, counters.undecoded), (2, 1, 1));
///
/// let events = reader.events(&EventFilter::last(10))?;
/// let id = events[0].envelope.id();
/// assert_eq!(reader.event(id)?.len(), 1);
/// let body = reader.delivery(events[0].delivery)?.unwrap().intake.delivery.body;
/// assert_eq!(body, "ping");
///
/// let undecoded = reader.undecoded(&UndecodedFilter::last(10))?;
/// assert_eq!(undecoded[0].undecoded.reason, "no JSON");
/// assert!(reader.dead_letters(&DeadFilter::last(10))?.is_empty());
/// assert!(reader.pauses()?.is_empty());
/// match reader.delivery(undecoded[0].position) {
///     Ok(found) => println!("{found:?}"),
///     Err(ReadError::Damaged(position)) => println!("delivery {position} was altered"),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SqliteReader {
    pub(crate) log: LogReader,
    pub(crate) index: IndexReader,
    directory: PathBuf,
}

impl SqliteReader {
    /// Opens the journal in `directory`.
    ///
    /// # Errors
    ///
    /// `Missing` when there is none.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, OpenError> {
        let directory = directory.as_ref();
        Ok(Self {
            log: LogReader::new(log::DATABASE.read(directory)?),
            index: IndexReader::new(index::DATABASE.read(directory)?, Arc::default()),
            directory: directory.to_owned(),
        })
    }

    /// The delivery at `position`, if it is kept.
    ///
    /// # Errors
    ///
    /// `Damaged` when its bytes were altered.
    pub fn delivery(&mut self, position: LogPosition) -> Result<Option<Stored>, ReadError> {
        match self.find_delivery(position)? {
            Some(None) => Err(ReadError::Damaged(position)),
            found => Ok(found.flatten()),
        }
    }

    /// The events that match `filter`, in the order they were recorded. One that cannot be read back
    /// is left out: it is a dead letter of every sink.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn events(&self, filter: &EventFilter) -> Result<Vec<EventRecord>, ReadError> {
        Ok(self.find_events(filter)?)
    }

    /// The events of this id: one, unless two sources gave the same.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn event(&self, id: &str) -> Result<Vec<EventRecord>, ReadError> {
        Ok(self.find_event(id)?)
    }

    /// The dead letters that match `filter`, in the order of their events.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn dead_letters(&self, filter: &DeadFilter) -> Result<Vec<DeadLetter>, ReadError> {
        Ok(self.find_dead_letters(filter)?)
    }

    /// The undecoded deliveries that match `filter`, in order.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn undecoded(&self, filter: &UndecodedFilter) -> Result<Vec<UndecodedRecord>, ReadError> {
        Ok(self.find_undecoded_records(filter)?)
    }

    /// Every line that is paused.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn pauses(&self) -> Result<BTreeMap<Line, Pause>, ReadError> {
        Ok(self.find_pauses()?)
    }

    /// What came in, and what became of it.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn counters(&self) -> Result<Counters, ReadError> {
        Ok(self.count(&Sinks::new())?)
    }

    /// Goes through everything that the journal holds, which takes its time, and tells what does not
    /// agree, each as a [`Finding`]: the files, the counters, the positions. And who has it open.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn check(&self) -> Result<Vec<Finding>, ReadError> {
        Ok(check::everything(self, &self.directory)?)
    }

    /// The delivery at `position`, if it is kept; the inner `None` when it is damaged.
    pub(crate) fn find_delivery(
        &mut self,
        position: LogPosition,
    ) -> Result<Option<Option<Stored>>, Failure> {
        self.log.get(position)
    }

    pub(crate) fn find_events(&self, filter: &EventFilter) -> Result<Vec<EventRecord>, Failure> {
        events::matching(&self.index.connection, filter)
    }

    pub(crate) fn find_event(&self, id: &str) -> Result<Vec<EventRecord>, Failure> {
        events::of_id(&self.index.connection, id)
    }

    pub(crate) fn find_dead_letters(
        &self,
        filter: &DeadFilter,
    ) -> Result<Vec<DeadLetter>, Failure> {
        dead::letters(&self.index.connection, filter)
    }

    pub(crate) fn find_undecoded_records(
        &self,
        filter: &UndecodedFilter,
    ) -> Result<Vec<UndecodedRecord>, Failure> {
        undecoded::matching(&self.index.connection, filter)
    }

    /// At most `limit` undecoded deliveries after `after`, with their bytes.
    pub(crate) fn find_undecoded(
        &mut self,
        after: LogPosition,
        limit: usize,
    ) -> Result<Vec<(Stored, Undecoded)>, Failure> {
        undecoded::with_bytes(&self.index.connection, &mut self.log, after, limit)
    }

    pub(crate) fn find_pauses(&self) -> Result<BTreeMap<Line, Pause>, Failure> {
        index::pauses(&self.index.connection)
    }

    /// Counts, and takes the word of `sinks` for those that are in it.
    pub(crate) fn count(&self, sinks: &Sinks) -> Result<Counters, Failure> {
        let memory = |name: &str| sinks.get(name).map(|sink| &**sink);
        // The index first: what it has decoded is in the log, whatever is appended meanwhile.
        let mut counters = counters::counters(&self.index.connection, memory)?;
        counters.stored = self.log.end()?.0;
        counters.expired_deliveries = self.log.expired()?;
        Ok(counters)
    }
}

/// SQLite's numbers end earlier than ours.
pub(crate) fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A position as SQLite's numbers have it.
fn number(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// The last ones are found from the end.
fn in_order<T>(found: &mut [T], is_in_order: bool) {
    if !is_in_order {
        found.reverse();
    }
}
