//! Looking into a journal in memory.

use async_trait::async_trait;

use super::MemoryJournal;
use crate::Timestamp;
use crate::journal::{
    Counters, DeadFilter, DeadLetter, EventFilter, EventRecord, JournalError, LogPosition, Records,
    Stored, UndecodedFilter, UndecodedRecord,
};

#[async_trait]
impl Records for MemoryJournal {
    async fn counters(&self) -> Result<Counters, JournalError> {
        Ok(self.state().opened()?.counters())
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<EventRecord>, JournalError> {
        let mut state = self.state();
        let matching = state
            .opened()?
            .records()
            .filter(|record| matches(filter, record));
        Ok(page(matching, filter.after.is_some(), filter.limit))
    }

    async fn event(&self, id: &str) -> Result<Vec<EventRecord>, JournalError> {
        let mut state = self.state();
        let records = state.opened()?.records();
        Ok(records
            .filter(|record| record.envelope.id() == id)
            .collect())
    }

    async fn dead_letters(&self, filter: &DeadFilter) -> Result<Vec<DeadLetter>, JournalError> {
        let mut state = self.state();
        let matches = |letter: &DeadLetter| {
            filter.sink.as_ref().is_none_or(|sink| letter.sink == *sink)
                && filter.cause.is_none_or(|cause| letter.cause == cause)
                && filter.after.is_none_or(|after| letter.event > after)
        };
        let mut letters: Vec<_> = state.opened()?.dead_letters().filter(matches).collect();
        letters.sort_by_key(|letter| letter.event);
        Ok(page(
            letters.into_iter(),
            filter.after.is_some(),
            filter.limit,
        ))
    }

    async fn undecoded_deliveries(
        &self,
        filter: &UndecodedFilter,
    ) -> Result<Vec<UndecodedRecord>, JournalError> {
        let mut state = self.state();
        let undecoded = state.opened()?.undecoded.iter();
        let matching = undecoded
            .filter(|(position, _)| filter.after.is_none_or(|after| **position > after))
            .map(|(position, undecoded)| UndecodedRecord::new(*position, undecoded.clone()));
        Ok(page(matching, filter.after.is_some(), filter.limit))
    }

    async fn stored(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        Ok(self.state().opened()?.delivery(position))
    }
}

fn matches(filter: &EventFilter, record: &EventRecord) -> bool {
    let envelope = &record.envelope;
    let is_after = |moment: Timestamp| envelope.recordedtime() >= moment;
    filter.after.is_none_or(|after| record.position > after)
        && filter.before.is_none_or(|before| record.position < before)
        && filter
            .endpoint
            .as_ref()
            .is_none_or(|endpoint| envelope.endpoint() == endpoint)
        && filter
            .kind
            .as_ref()
            .is_none_or(|kind| kind.matches(envelope.short_kind()))
        && filter.since.is_none_or(is_after)
        && !filter.until.is_some_and(is_after)
}

/// The first `limit` of `all`, or the last.
fn page<T>(all: impl DoubleEndedIterator<Item = T>, is_first: bool, limit: usize) -> Vec<T> {
    if is_first {
        return all.take(limit).collect();
    }
    let mut last: Vec<T> = all.rev().take(limit).collect();
    last.reverse();
    last
}
