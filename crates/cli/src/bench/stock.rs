//! What a journal holds before a gateway is measured on it.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use switchboard::core::journal::{AppendError, EventPosition, Intake};
use switchboard::core::{Clock as _, SystemClock, Verified};
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{Journal, Switchboard};
use tokio::task::JoinSet;

use super::{BODY_BYTES, Calls, RowKind, handler};
use crate::exit::CliError;

/// So many append at once: as many as share a commit when it goes fast.
const APPENDING: usize = 1024;

/// Deliveries that were decoded long ago, and maybe a row whose sinks have had none of their events.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Stock {
    deliveries: NonZero<u64>,
    pending_for: Option<RowKind>,
}

impl Stock {
    /// So many deliveries that everybody is done with.
    pub(crate) fn records(deliveries: NonZero<u64>) -> Self {
        Self {
            deliveries,
            pending_for: None,
        }
    }

    /// So many deliveries whose events wait for each sink of `row`.
    pub(crate) fn backlog(deliveries: NonZero<u64>, row: RowKind) -> Self {
        Self {
            deliveries,
            pending_for: Some(row),
        }
    }

    /// What it is called in a table.
    pub(crate) fn title(self) -> String {
        let what = self.pending_for.map_or("records", |_| "pending");
        format!("{} {what}", self.deliveries)
    }

    /// A name for the folder of its journal.
    pub(crate) fn folder_name(self) -> String {
        let whose = self.pending_for.map(RowKind::name);
        let whose = whose.map_or("records".to_owned(), |row| format!("pending-for-{row}"));
        format!("{}-{whose}", self.deliveries)
    }

    /// Makes a journal in `folder` that holds it, as a gateway would: deliveries of many callers are
    /// appended, and the pipeline decodes and records them.
    ///
    /// # Errors
    ///
    /// When the journal cannot be opened, or fails.
    pub(crate) async fn make(self, folder: &Path) -> Result<(), CliError> {
        let journal = Arc::new(SqliteJournal::open(folder)?);
        for sink in self.pending_for.into_iter().flat_map(RowKind::sinks) {
            journal.subscribe(&sink).await.map_err(failed)?;
        }
        let gateway = Switchboard::builder()
            .shared_journal(Arc::clone(&journal) as Arc<dyn Journal>)
            .endpoint(handler::endpoint())
            .build()
            .map_err(|error| CliError::unavailable("it cannot be put together", error))?;
        let filled = gateway
            .deliver(fill(journal, self.deliveries.get()))
            .await?;
        filled.map_err(failed)
    }
}

/// Appends so many deliveries, and waits until the event of the last is recorded.
async fn fill(journal: Arc<SqliteJournal>, deliveries: u64) -> Result<(), AppendError> {
    let calls = Calls::new(([127, 0, 0, 1], 0).into(), "/in/bench", BODY_BYTES, 1);
    let begun = Arc::new(AtomicU64::new(0));
    let mut appending = JoinSet::<Result<(), AppendError>>::new();
    for _ in 0..APPENDING {
        let (journal, begun) = (Arc::clone(&journal), Arc::clone(&begun));
        let mut calls = calls.clone();
        appending.spawn(async move {
            while begun.fetch_add(1, Ordering::Relaxed) < deliveries {
                let _ = journal.append(&intake(&mut calls)).await?;
            }
            Ok(())
        });
    }
    while let Some(appended) = appending.join_next().await {
        appended.expect("whoever appends does not panic")?;
    }
    let before_the_last = EventPosition(deliveries - 1);
    let recorded = journal.recorded_after(before_the_last).await;
    recorded.map_err(|_| AppendError::Stopped)
}

fn intake(calls: &mut Calls) -> Intake {
    let mut delivery = calls.delivery();
    delivery.received_at = SystemClock.now();
    Intake {
        endpoint: "bench".to_owned(),
        adapter: "kommo-chats".to_owned(),
        delivery,
        verified: Verified::new("hmac-sha1"),
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> CliError {
    CliError::unavailable("the journal to be measured on cannot be made", error)
}

#[cfg(test)]
mod tests {
    use switchboard::journal_sqlite::SqliteReader;

    use super::*;

    #[tokio::test]
    async fn a_stock_is_decoded_and_waits_for_its_sinks_alone() {
        let folder = tempfile::tempdir().unwrap();
        let deliveries = NonZero::new(2_000).unwrap();
        let stock = Stock::backlog(deliveries, RowKind::HttpTen);

        stock.make(folder.path()).await.unwrap();

        let counters = SqliteReader::open(folder.path())
            .unwrap()
            .counters()
            .unwrap();
        assert_eq!((counters.stored, counters.decoded), (2_000, 2_000));
        assert_eq!((counters.events, counters.duplicates), (2_000, 0));
        let pending = counters
            .sinks
            .iter()
            .map(|sink| (&*sink.name, sink.pending));
        let pending: Vec<_> = pending.collect();
        assert_eq!(pending.len(), 10);
        assert_eq!(pending[9], ("http-ten-9", 2_000));
    }

    #[test]
    fn stocks_that_differ_have_folders_of_their_own() {
        let many = NonZero::new(10).unwrap();
        let stocks = [
            Stock::records(many),
            Stock::backlog(many, RowKind::Http),
            Stock::backlog(many, RowKind::HttpDown),
            Stock::records(NonZero::new(1).unwrap()),
        ];
        let names: std::collections::BTreeSet<_> =
            stocks.iter().map(|stock| stock.folder_name()).collect();

        assert_eq!(names.len(), stocks.len());
        assert_eq!(stocks[0].title(), "10 records");
        assert_eq!(stocks[1].title(), "10 pending");
    }
}
