//! The promises of every journal.

use switchboard_journal_sqlite::SqliteJournal;
use switchboard_testkit::journal::{JournalUnderTest, conformance};
use tempfile::TempDir;

struct Place(TempDir);

#[async_trait::async_trait]
impl JournalUnderTest for Place {
    type Journal = SqliteJournal;

    async fn open(&self) -> SqliteJournal {
        SqliteJournal::open(self.0.path().join("journal")).expect("the journal opens")
    }
}

#[tokio::test]
async fn the_journal_keeps_every_promise() {
    conformance(|| Place(tempfile::tempdir().expect("a directory"))).await;
}
