//! The twin of `switchboard run` with one lie: it acknowledges before the commit. A test that does
//! not fail on it proves nothing.

use std::path::Path;
use std::sync::Arc;

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
        .journal(AcksFirst(Arc::new(journal)))
        .endpoint(EndpointConfig::new("support", "kommo-chats").secret(SECRET))
        .sink(Subscription::new("file", Arc::new(file)))
        .build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    gateway.serve(listener, std::future::pending()).await?;
    Ok(())
}

/// A journal that hands out receipts for what it has not committed.
#[derive(Debug)]
struct AcksFirst(Arc<SqliteJournal>);

#[async_trait]
impl Journal for AcksFirst {
    async fn append(&self, intake: Intake) -> Result<Receipt, AppendError> {
        let journal = Arc::clone(&self.0);
        tokio::spawn(async move { journal.append(intake).await });
        Ok(Receipt::committed(LogPosition(0)))
    }

    async fn next(&self, limit: usize) -> Result<Vec<Stored>, JournalError> {
        self.0.next(limit).await
    }

    async fn record(&self, batch: &[Decoded]) -> Result<Tally, JournalError> {
        self.0.record(batch).await
    }

    async fn subscribe(&self, sink: &str) -> Result<(), JournalError> {
        self.0.subscribe(sink).await
    }

    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError> {
        self.0.claim(request).await
    }

    async fn settle(
        &self,
        sink: &str,
        owner: &str,
        settlements: &[Settlement],
    ) -> Result<(), JournalError> {
        self.0.settle(sink, owner, settlements).await
    }

    async fn recorded_after(&self, position: EventPosition) -> Result<(), JournalError> {
        self.0.recorded_after(position).await
    }

    async fn delivery(&self, position: LogPosition) -> Result<Option<Stored>, JournalError> {
        self.0.delivery(position).await
    }

    async fn stopped(&self) -> Fault {
        self.0.stopped().await
    }

    async fn close(&self) -> Result<(), JournalError> {
        self.0.close().await
    }
}
