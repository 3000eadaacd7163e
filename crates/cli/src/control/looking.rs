//! A journal that is only looked into, as the control API wants it.

use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use switchboard::core::journal::{
    Counters, DeadFilter, DeadLetter, EventFilter, EventRecord, JournalError, LogPosition, Records,
    Stored, UndecodedFilter, UndecodedRecord,
};
use switchboard::journal_sqlite::{ReadError, SqliteReader};

/// Waits for the disk where it is called: this process has nothing else to do.
#[derive(Debug)]
pub(super) struct Looking(Mutex<SqliteReader>);

impl Looking {
    pub(super) fn new(reader: SqliteReader) -> Self {
        Self(Mutex::new(reader))
    }

    fn reader(&self) -> MutexGuard<'_, SqliteReader> {
        self.0.lock().expect("no holder panics")
    }
}

#[async_trait]
impl Records for Looking {
    async fn counters(&self) -> Result<Counters, JournalError> {
        self.reader().counters().map_err(failed)
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<EventRecord>, JournalError> {
        self.reader().events(filter).map_err(failed)
    }

    async fn event(&self, id: &str) -> Result<Vec<EventRecord>, JournalError> {
        self.reader().event(id).map_err(failed)
    }

    async fn dead_letters(&self, filter: &DeadFilter) -> Result<Vec<DeadLetter>, JournalError> {
        self.reader().dead_letters(filter).map_err(failed)
    }

    async fn undecoded_deliveries(
        &self,
        filter: &UndecodedFilter,
    ) -> Result<Vec<UndecodedRecord>, JournalError> {
        self.reader().undecoded(filter).map_err(failed)
    }

    async fn stored(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        self.reader().delivery(position).map_err(failed)
    }
}

/// What the caller hears is short; the rest is logged.
fn failed(error: ReadError) -> JournalError {
    match error {
        ReadError::Damaged(position) => JournalError::Damaged(position),
        other => {
            let cause = &other as &dyn std::error::Error;
            tracing::error!(cause, "The journal cannot be read.");
            JournalError::Stopped
        }
    }
}
