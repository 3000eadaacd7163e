//! Looking into a journal from outside.

mod counters;
mod dead;
mod events;
mod undecoded;

use std::path::Path;

use switchboard_core::journal::{LogPosition, Stored};

use crate::error::{OpenError, ReadError};
use crate::index::{self, IndexReader};
use crate::log::{self, LogReader};

pub use counters::{Counters, SinkCounters};
pub use dead::{DeadLetter, FailedAttempt};
pub use events::{EventFilter, Listed};
pub use undecoded::UndecodedDelivery;

/// Reads a journal, while a gateway runs or not. Takes no lock and changes nothing.
///
/// Its calls wait for the disk: they are for programs that have nothing else to do.
#[derive(Debug)]
pub struct SqliteReader {
    log: LogReader,
    index: IndexReader,
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
            index: IndexReader::new(index::DATABASE.read(directory)?),
        })
    }

    /// The delivery at `position`, if it is kept.
    ///
    /// # Errors
    ///
    /// `Damaged` when its bytes were altered.
    pub fn delivery(&mut self, position: LogPosition) -> Result<Option<Stored>, ReadError> {
        match self.log.get(position)? {
            Some(None) => Err(ReadError::Damaged(position)),
            Some(sound) => Ok(sound),
            None => Ok(None),
        }
    }

    /// The events that match `filter`, in the order they were recorded. One that cannot be read back
    /// is left out: it is a dead letter of every sink.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn events(&self, filter: &EventFilter) -> Result<Vec<Listed>, ReadError> {
        Ok(events::matching(&self.index.connection, filter)?)
    }

    /// The events of this id: one, unless two sources gave the same.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn event(&self, id: &str) -> Result<Vec<Listed>, ReadError> {
        Ok(events::of_id(&self.index.connection, id)?)
    }

    /// The last `limit` dead letters, in the order of their events; of one sink where one is named.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn dead_letters(
        &self,
        sink: Option<&str>,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, ReadError> {
        Ok(dead::letters(&self.index.connection, sink, limit)?)
    }

    /// The last `limit` deliveries that are undecoded, in order.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn undecoded(&self, limit: usize) -> Result<Vec<UndecodedDelivery>, ReadError> {
        Ok(undecoded::last(&self.index.connection, limit)?)
    }

    /// What came in, and what became of it.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub fn counters(&mut self) -> Result<Counters, ReadError> {
        // The index first: what it has decoded is in the log, whatever is appended meanwhile.
        let counters = counters::counters(&self.index.connection)?;
        Ok(Counters {
            stored: self.log.end()?.0,
            ..counters
        })
    }
}

/// SQLite's numbers end earlier than ours.
pub(crate) fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
