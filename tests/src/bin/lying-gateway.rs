//! The twin of `switchboard run` with one lie, which the variable `LIE` names. A test that does not
//! fail on it proves nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use switchboard::core::journal::{
    AppendError, ClaimRequest, Claims, Decoded, EventPosition, Fault, Intake, JournalError, Line,
    LogPosition, Pause, Receipt, Replay, Settlement, Stored, Tally, Undecoded, Verdict,
};
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::sinks::{Guard, Http};
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

    let mut builder = Switchboard::builder()
        .journal(Lying {
            journal: Arc::new(journal),
            lie: Lie::named(&std::env::var("LIE")?),
            held_back: Mutex::default(),
        })
        .endpoint(EndpointConfig::new("support", "kommo-chats").secret(SECRET))
        .sink(Subscription::new("file", Arc::new(file)));
    // The sinks that the test's configuration has beside the file.
    for (name, url) in std::env::vars() {
        if let Some(name) = name.strip_prefix("SINK_") {
            let http = Http::builder(url, Guard::operator()).build()?;
            builder = builder.sink(Subscription::new(name, Arc::new(http)));
        }
    }
    let gateway = builder.build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    gateway.serve(listener, std::future::pending()).await?;
    Ok(())
}

/// What is not true.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lie {
    /// That a delivery is committed when it is acknowledged.
    AcksFirst,
    /// That an event is delivered when it was only claimed.
    SettlesFirst,
    /// That a sink has an event that it did not take.
    GivesUpAtOnce,
}

impl Lie {
    fn named(name: &str) -> Self {
        match name {
            "acks-first" => Self::AcksFirst,
            "settles-first" => Self::SettlesFirst,
            "gives-up-at-once" => Self::GivesUpAtOnce,
            _ => panic!("no lie is called {name}"),
        }
    }
}

/// How many deliveries it has acknowledged and not even queued, at the most.
const HELD_BACK: usize = 32;

/// A journal that is right but for one thing.
#[derive(Debug)]
struct Lying {
    journal: Arc<SqliteJournal>,
    lie: Lie,
    held_back: Mutex<Vec<Intake>>,
}

impl Lying {
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
impl Journal for Lying {
    async fn append(&self, intake: Intake) -> Result<Receipt, AppendError> {
        if self.lie != Lie::AcksFirst {
            return self.journal.append(intake).await;
        }
        for intake in self.hold_back(intake) {
            let journal = Arc::clone(&self.journal);
            tokio::spawn(async move { journal.append(intake).await });
        }
        Ok(Receipt::committed(LogPosition(0)))
    }

    fn ready(&self) -> Result<(), AppendError> {
        self.journal.ready()
    }

    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError> {
        let claims = self.journal.claim(request).await?;
        if self.lie == Lie::SettlesFirst {
            let taken = claims.claims.iter().map(|claim| Settlement {
                position: claim.position,
                verdict: Verdict::Delivered,
                attempt: None,
            });
            let taken: Vec<_> = taken.collect();
            let (sink, owner) = (request.sink, request.owner);
            self.journal.settle(sink, owner, &taken).await?;
        }
        Ok(claims)
    }

    async fn settle(
        &self,
        sink: &str,
        owner: &str,
        settlements: &[Settlement],
    ) -> Result<(), JournalError> {
        let mut settlements = settlements.to_vec();
        if self.lie == Lie::GivesUpAtOnce {
            for settlement in &mut settlements {
                settlement.verdict = Verdict::Delivered;
            }
        }
        self.journal.settle(sink, owner, &settlements).await
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

    async fn begin(&self, sink: &str, event: EventPosition) -> Result<u32, JournalError> {
        self.journal.begin(sink, event).await
    }

    fn stalls(&self) -> u32 {
        self.journal.stalls()
    }

    async fn revive(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        self.journal.revive(sink, events).await
    }

    async fn discard(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        self.journal.discard(sink, events).await
    }

    async fn replay(&self, replays: &[Replay]) -> Result<u64, JournalError> {
        self.journal.replay(replays).await
    }

    async fn pause(&self, line: &Line, pause: Option<Pause>) -> Result<(), JournalError> {
        self.journal.pause(line, pause).await
    }

    async fn pauses(&self) -> Result<BTreeMap<Line, Pause>, JournalError> {
        self.journal.pauses().await
    }

    async fn undecoded(
        &self,
        after: LogPosition,
        limit: usize,
    ) -> Result<Vec<(Stored, Undecoded)>, JournalError> {
        self.journal.undecoded(after, limit).await
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
