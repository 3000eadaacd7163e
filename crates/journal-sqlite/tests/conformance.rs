//! The promises of every journal and of every quarantine.

use switchboard_core::quarantine::Bounds;
use switchboard_journal_sqlite::{SqliteJournal, SqliteQuarantine};
use switchboard_testkit::journal::{JournalUnderTest, conformance};
use switchboard_testkit::quarantine::{self, QuarantineUnderTest};
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

#[async_trait::async_trait]
impl QuarantineUnderTest for Place {
    type Quarantine = SqliteQuarantine;

    async fn open(&self, bounds: Bounds) -> SqliteQuarantine {
        SqliteQuarantine::open(self.0.path().join("journal"), bounds).expect("it opens")
    }
}

#[tokio::test]
async fn the_quarantine_keeps_every_promise() {
    quarantine::conformance(|| Place(tempfile::tempdir().expect("a directory"))).await;
}
