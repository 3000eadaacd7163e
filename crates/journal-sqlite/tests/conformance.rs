//! The promises of every journal.

use std::sync::Arc;

use switchboard_core::SystemClock;
use switchboard_journal_sqlite::SqliteJournal;
use switchboard_testkit::journal::{JournalUnderTest, conformance};
use tempfile::TempDir;

struct Place(TempDir);

#[async_trait::async_trait]
impl JournalUnderTest for Place {
    type Journal = SqliteJournal;

    async fn open(&self) -> SqliteJournal {
        SqliteJournal::open(&self.0.path().join("journal"), Arc::new(SystemClock))
            .expect("the journal opens")
    }
}

#[tokio::test]
async fn the_journal_keeps_every_promise() {
    conformance(|| Place(tempfile::tempdir().expect("a directory"))).await;
}
