//! Looking into a journal that is open.

use async_trait::async_trait;
use switchboard_core::journal::{
    Counters, DeadFilter, DeadLetter, EventFilter, EventRecord, JournalError, LogPosition, Records,
    Stored, UndecodedFilter, UndecodedRecord,
};

use crate::journal::SqliteJournal;

#[async_trait]
impl Records for SqliteJournal {
    async fn counters(&self) -> Result<Counters, JournalError> {
        let sinks = self.sinks();
        let counted = self.look(move |records| {
            // No commit ends meanwhile: what is in memory and what is in the index belong together.
            let sinks = sinks.lock().expect("no holder panics");
            records.count(&sinks)
        });
        let mut counters = counted.await?;
        counters.commits = Some(self.commits());
        Ok(counters)
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<EventRecord>, JournalError> {
        let filter = filter.clone();
        self.look(move |records| records.find_events(&filter)).await
    }

    async fn event(&self, id: &str) -> Result<Vec<EventRecord>, JournalError> {
        let id = id.to_owned();
        self.look(move |records| records.find_event(&id)).await
    }

    async fn dead_letters(&self, filter: &DeadFilter) -> Result<Vec<DeadLetter>, JournalError> {
        let filter = filter.clone();
        self.look(move |records| records.find_dead_letters(&filter))
            .await
    }

    async fn undecoded_deliveries(
        &self,
        filter: &UndecodedFilter,
    ) -> Result<Vec<UndecodedRecord>, JournalError> {
        let filter = filter.clone();
        self.look(move |records| records.find_undecoded_records(&filter))
            .await
    }

    async fn stored(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        let found = self.look(move |records| records.find_delivery(position));
        match found.await? {
            Some(None) => Err(JournalError::Damaged(position)),
            found => Ok(found.flatten()),
        }
    }
}
