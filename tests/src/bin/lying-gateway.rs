//! The twin of `switchboard run` with one lie: it acknowledges before the commit. A test that does
//! not fail on it proves nothing.

use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use switchboard::core::journal::{
    AppendError, ClaimRequest, Claims, Decoded, EventPosition, Fault, Intake, JournalError,
    LogPosition, Receipt, Settlement, Stored, Tally,
};
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{EndpointConfig, Journal, Subscription, Switchboard};
use switchboard_tests::kommo::SECRET;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(std::io::stderr)
        .init();
    let config = std::env::args().next_back().expect("run --config FILE");
    let folder = Path::new(&config).parent().expect("a file is in a folder");
    let journal = SqliteJournal::open(folder.join("journal"))?;
    let file = switchboard::sinks::File::open(folder.join("events.jsonl"))?;

    let gateway = Switchboard::builder()
        .journal(AcksFirst {
            journal: Arc::new(journal),
            held_back: Mutex::default(),
        })
        .endpoint(EndpointConfig::new("support", "kommo-chats").secret(SECRET))
        .sink(Subscription::new("file", Arc::new(file)))
        .build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    gateway.serve(listener, std::future::pending()).await?;
    Ok(())
}

/// How many deliveries it has acknowledged and not even queued, at the most.
const HELD_BACK: usize = 32;

/// A journal that hands out receipts for what it has not committed.
#[derive(Debug)]
struct AcksFirst {
    journal: Arc<SqliteJournal>,
    held_back: Mutex<Vec<Intake>>,
}

impl AcksFirst {
    /// What is to be committed now that `intake` has come too: all of it, or nothing.
    fn hold_back(&self, intake: Intake) -> Vec<Intake> {
        let mut held_back = self.held_back.lock().expect("no holder panics");
        held_back.push(intake);
        if held_back.len() < HELD_BACK {
            Vec::new()
        } else {
            std::mem::take(&mut *held_back)
        }
    }
}

#[async_trait]
impl Journal for AcksFirst {
    async fn append(&self, intake: Intake) -> Result<Receipt, AppendError> {
        for intake in self.hold_back(intake) {
            let journal = Arc::clone(&self.journal);
            tokio::spawn(async move { journal.append(intake).await });
        }
        Ok(Receipt::committed(LogPosition(0)))
    }

    async fn next(&self, limit: usize) -> Result<Vec<Stored>, JournalError> {
        self.journal.next(limit).await
    }

    async fn record(&self, batch: &[Decoded]) -> Result<Tally, JournalError> {
        self.journal.record(batch).await
    }

    async fn subscribe(&self, sink: &str) -> Result<(), JournalError> {
        self.journal.subscribe(sink).await
    }

    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError> {
        self.journal.claim(request).await
    }

    async fn settle(
        &self,
        sink: &str,
        owner: &str,
        settlements: &[Settlement],
    ) -> Result<(), JournalError> {
        self.journal.settle(sink, owner, settlements).await
    }

    async fn recorded_after(&self, position: EventPosition) -> Result<(), JournalError> {
        self.journal.recorded_after(position).await
    }

    async fn delivery(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        self.journal.delivery(position).await
    }

    async fn stopped(&self) -> Fault {
        self.journal.stopped().await
    }

    async fn close(&self) -> Result<(), JournalError> {
        self.journal.close().await
    }
}
