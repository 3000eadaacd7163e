//! Works on a journal, and says what the journal promised: `journal-driver SEED full|normal`.
//!
//! Runs under strace for the power-loss test. Every statement is one write to standard output, so
//! that the trace tells what was promised when.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;
use switchboard_core::event::{DedupKey, Draft, Origin};
use switchboard_core::journal::{
    Cause, Claim, ClaimRequest, Decoded, DeliveryId, Intake, Journal, LogPosition, Order,
    Settlement, Stored, Verdict,
};
use switchboard_core::{Delivery, Descriptor, Event, Timestamp, Verified};
use switchboard_journal_sqlite::SqliteJournal;
use switchboard_tests::powerloss::{SINK, Statement, digest};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const SENDERS: usize = 4;
const DELIVERIES_PER_SENDER: usize = 8;
/// Decoded together. A life leaves as many for the next to decode, or more.
const BATCH: usize = 4;

static POWER: Descriptor = Descriptor::new("power", "A provider that does not exist");

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [seed, synchronous] = args.as_slice() else {
        return Err("usage: journal-driver SEED full|normal".into());
    };
    let mut rng = Rng::with_seed(seed.parse()?);

    let journal = open(Path::new("journal"), synchronous)?;
    journal.subscribe(SINK).await?;
    if journal.delivery(first_left_behind()?).await?.is_some() {
        // Before anything new is synced: what the last life wrote when it was killed is seen here,
        // and nothing has confirmed it.
        deliver(&*journal, &mut rng, 64).await?;
    }

    let (acknowledged, receipts) = mpsc::channel(SENDERS * DELIVERIES_PER_SENDER);
    let mut tasks = JoinSet::new();
    for _ in 0..SENDERS {
        tasks.spawn(send(Arc::clone(&journal), rng.fork(), acknowledged.clone()));
    }
    drop(acknowledged);
    tasks.spawn(deliver_each(Arc::clone(&journal), rng.fork(), receipts));
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(journal.close().await?)
}

fn open(directory: &Path, synchronous: &str) -> Result<Arc<dyn Journal>> {
    let journal = match synchronous {
        "normal" => SqliteJournal::open_with_synchronous_normal_for_tests(directory)?,
        _ => SqliteJournal::open(directory)?,
    };
    Ok(Arc::new(journal))
}

async fn send(
    journal: Arc<dyn Journal>,
    mut rng: Rng,
    acknowledged: mpsc::Sender<()>,
) -> Result<()> {
    for _ in 0..DELIVERIES_PER_SENDER {
        let intake = intake(&mut rng);
        let digest = digest(&intake);
        let receipt = journal.append(&intake).await?;
        say(&Statement::Acknowledged(receipt.position(), digest))?;
        acknowledged.send(()).await?;
    }
    Ok(())
}

async fn deliver_each(
    journal: Arc<dyn Journal>,
    mut rng: Rng,
    mut receipts: mpsc::Receiver<()>,
) -> Result<()> {
    let mut count = 0;
    while receipts.recv().await.is_some() {
        count += 1;
        if count > BATCH && count % BATCH == 0 {
            deliver(&*journal, &mut rng, BATCH).await?;
        }
    }
    Ok(())
}

/// The first delivery that the last life certainly did not decode: there may be none, and then
/// nobody may wait for it.
fn first_left_behind() -> Result<LogPosition> {
    let note = note()?;
    let decoded: u64 = if note.exists() {
        std::fs::read_to_string(note)?.parse()?
    } else {
        0
    };
    Ok(LogPosition(decoded + 1))
}

/// Where a life notes what it is about to decode: beside the directory whose changes are traced.
fn note() -> io::Result<PathBuf> {
    Ok(std::env::current_dir()?.with_file_name("decoding"))
}

/// The pipeline's way: takes deliveries, records their events, and settles some for the sink.
async fn deliver(journal: &dyn Journal, rng: &mut Rng, limit: usize) -> Result<()> {
    let batch = journal.next(limit).await?;
    let decoded: Vec<_> = batch.iter().map(decode).collect();
    if let Some(last) = batch.last() {
        std::fs::write(note()?, last.position.to_string())?;
    }
    journal.record(&decoded).await?;

    let request = ClaimRequest {
        sink: SINK,
        filter: &Arc::default(),
        order: Order::None,
        owner: "driver",
        now: Timestamp::UNIX_EPOCH,
        lease: Duration::from_secs(60),
        limit: 4,
    };
    let claims = journal.claim(&request).await?.claims;
    let settlements: Vec<_> = claims.iter().map(|claim| settle(claim, rng)).collect();
    for (claim, settlement) in claims.iter().zip(&settlements) {
        if !matches!(settlement.verdict, Verdict::Retry(_)) {
            let id: DeliveryId = claim.envelope.event().deliveryid.parse()?;
            say(&Statement::Settling(id.position()))?;
        }
    }
    Ok(journal.settle(SINK, "driver", &settlements).await?)
}

fn intake(rng: &mut Rng) -> Intake {
    // From a fraction of a page to several pages.
    let length = 1 << rng.usize(4..14);
    let body: Vec<u8> = std::iter::repeat_with(|| rng.u8(..)).take(length).collect();
    Intake {
        endpoint: "support".to_owned(),
        adapter: POWER.name.to_owned(),
        delivery: Delivery::post(body)
            .to("/in/support?token=t")
            .with("x-signature", &rng.u64(..).to_string()),
        verified: Verified::new("hmac-sha1"),
    }
}

/// Every delivery has one event.
fn decode(stored: &Stored) -> Decoded {
    let origin = Origin {
        adapter: &POWER,
        endpoint: &stored.intake.endpoint,
        account: None,
        scheme: &stored.intake.verified.scheme,
        delivery: &stored.id().to_string(),
        recorded: stored.intake.delivery.received_at,
    };
    let draft = Draft::unknown("ping", Value::Null, DedupKey::None);
    Decoded::new(stored.position, Ok(vec![Event::stamp(draft, &origin, 0)]))
}

fn settle(claim: &Claim, rng: &mut Rng) -> Settlement {
    let verdict = match rng.u8(..4) {
        0 => Verdict::Retry(Timestamp::UNIX_EPOCH.plus(Duration::from_secs(60))),
        1 => Verdict::Dead(Cause::Exhausted),
        _ => Verdict::Delivered,
    };
    Settlement {
        position: claim.position,
        verdict,
        attempt: None,
    }
}

/// Standard output holds a line back until it is whole, and then writes it at once.
fn say(statement: &Statement) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{statement}")
}
