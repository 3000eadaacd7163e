//! The twin of `switchboard run` with one lie, which the variable `LIE` names. A test that does not
//! fail on it proves nothing.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use switchboard::core::journal::{
    AppendError, ClaimRequest, Claims, Decoded, EventPosition, Fault, Intake, JournalError, Line,
    LogPosition, Order, Pause, Receipt, Replay, Settlement, Stored, Tally, Undecoded, Verdict,
};
use switchboard::core::sink::Envelope;
use switchboard::core::{Clock as _, Filter, SystemClock};
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::sinks::{File, Guard, Http};
use switchboard::{Builder, EndpointConfig, Journal, Retry, Subscription, Switchboard};
use switchboard_tests::kommo::SECRET;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(std::io::stderr)
        .init();
    let config = std::env::args().next_back().expect("run --config FILE");
    let config = PathBuf::from(config);
    let folder = config.parent().expect("a file is in a folder");
    let journal = SqliteJournal::open(read(&config)?.journal.path)?;
    let file = Arc::new(File::open(folder.join("events.jsonl"))?);

    let gateway = builder(&config, &file)?
        .journal(Lying {
            journal: Arc::new(journal),
            lie: Lie::named(&std::env::var("LIE")?),
            held_back: Mutex::default(),
        })
        .build()?;
    let handle = gateway.handle();
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let builder = builder(&config, &file).expect("the configuration is right");
            handle.reload(builder).await.expect("it is taken");
            tracing::info!("The configuration was reloaded.");
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    gateway.serve(listener, std::future::pending()).await?;
    Ok(())
}

/// The part of a configuration that a liar reads: the rest is as in every test.
#[derive(Deserialize)]
struct Config {
    journal: Place,
    sinks: BTreeMap<String, Sink>,
}

#[derive(Deserialize)]
struct Place {
    path: PathBuf,
}

#[derive(Deserialize)]
struct Sink {
    url: Option<String>,
    order_by: Option<String>,
}

fn read(config: &Path) -> Result<Config, Box<dyn Error>> {
    Ok(toml::from_str(&std::fs::read_to_string(config)?)?)
}

/// The endpoint `support`, the file, and the HTTP sinks of the configuration, which are soon tried
/// again.
fn builder(config: &Path, file: &Arc<File>) -> Result<Builder, Box<dyn Error>> {
    let config = read(config)?;
    let mut builder = Switchboard::builder()
        .endpoint(EndpointConfig::new("support", "kommo-chats").secret(SECRET))
        .sink(Subscription::new("file", Arc::clone(file) as _));
    for (name, sink) in config.sinks {
        let Some(url) = sink.url else {
            continue;
        };
        let http = Http::builder(url, Guard::operator()).build()?;
        let mut subscription = Subscription::new(name, Arc::new(http));
        if sink.order_by.is_some() {
            let wait_for_dead = false;
            subscription.order = Order::Lanes { wait_for_dead };
        }
        subscription.retry = Retry {
            first: Duration::from_millis(100),
            ..Retry::default()
        };
        builder = builder.sink(subscription);
    }
    Ok(builder)
}

/// What is not true.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lie {
    /// That a delivery is committed when it is acknowledged.
    AcksFirst,
    /// That a delivery is committed which could not be.
    AcksWhatFails,
    /// That an event is delivered when it was only claimed.
    SettlesFirst,
    /// That a sink has an event that it did not take.
    GivesUpAtOnce,
    /// That a delivery that came before is a new one.
    RecordsCopies,
    /// That order does not matter.
    ForgetsOrder,
    /// That what is newest is all that a sink wants.
    SkipsTheBacklog,
    /// That a sink which comes back is a new one.
    StartsAtTheEnd,
}

impl Lie {
    fn named(name: &str) -> Self {
        match name {
            "acks-first" => Self::AcksFirst,
            "acks-what-fails" => Self::AcksWhatFails,
            "settles-first" => Self::SettlesFirst,
            "gives-up-at-once" => Self::GivesUpAtOnce,
            "records-copies" => Self::RecordsCopies,
            "forgets-order" => Self::ForgetsOrder,
            "skips-the-backlog" => Self::SkipsTheBacklog,
            "starts-at-the-end" => Self::StartsAtTheEnd,
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

    /// Counts as delivered what nobody was given.
    async fn forget(
        &self,
        sink: &str,
        owner: &str,
        events: Vec<EventPosition>,
    ) -> Result<(), JournalError> {
        let delivered = |position| Settlement {
            position,
            verdict: Verdict::Delivered,
            attempt: None,
        };
        let settlements: Vec<_> = events.into_iter().map(delivered).collect();
        if settlements.is_empty() {
            return Ok(());
        }
        self.journal.settle(sink, owner, &settlements).await
    }
}

#[async_trait]
impl Journal for Lying {
    async fn append(&self, intake: &Intake) -> Result<Receipt, AppendError> {
        let untrue = || Receipt::committed(LogPosition(0));
        match self.lie {
            Lie::AcksFirst => {}
            Lie::AcksWhatFails => {
                return Ok(self
                    .journal
                    .append(intake)
                    .await
                    .unwrap_or_else(|_| untrue()));
            }
            _ => return self.journal.append(intake).await,
        }
        for intake in self.hold_back(intake.clone()) {
            let journal = Arc::clone(&self.journal);
            tokio::spawn(async move { journal.append(&intake).await });
        }
        Ok(untrue())
    }

    fn ready(&self) -> Result<(), AppendError> {
        self.journal.ready()
    }

    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError> {
        let mut request = *request;
        if self.lie == Lie::ForgetsOrder {
            request.order = Order::None;
        }
        let mut claims = self.journal.claim(&request).await?;
        let gone: Vec<_> = match self.lie {
            Lie::SettlesFirst => claims.claims.iter().map(|one| one.position).collect(),
            Lie::SkipsTheBacklog => {
                let last = claims.claims.len().saturating_sub(1);
                claims
                    .claims
                    .drain(..last)
                    .map(|one| one.position)
                    .collect()
            }
            _ => Vec::new(),
        };
        self.forget(request.sink, request.owner, gone).await?;
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
        let mut batch = batch.to_vec();
        if self.lie == Lie::RecordsCopies {
            for decoded in &mut batch {
                for envelope in decoded.outcome.iter_mut().flatten() {
                    let mut event = envelope.event().clone();
                    event.id = format!("{}-{}", decoded.position, event.id);
                    *envelope = Arc::new(Envelope::new(event));
                }
            }
        }
        self.journal.record(&batch).await
    }

    async fn subscribe(&self, sink: &str) -> Result<(), JournalError> {
        self.journal.subscribe(sink).await?;
        if self.lie != Lie::StartsAtTheEnd {
            return Ok(());
        }
        let all = Arc::new(Filter::default());
        loop {
            let request = ClaimRequest {
                sink,
                filter: &all,
                order: Order::None,
                owner: "liar",
                now: SystemClock.now(),
                lease: Duration::from_secs(60),
                limit: 100,
            };
            let claims = self.journal.claim(&request).await?.claims;
            if claims.is_empty() {
                return Ok(());
            }
            let claimed = claims.iter().map(|one| one.position).collect();
            self.forget(sink, "liar", claimed).await?;
        }
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
