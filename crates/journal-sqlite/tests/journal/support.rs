//! A journal in a temporary directory, and things to put into it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use rusqlite::types::FromSql;
use serde_json::{Value, json};
use switchboard_core::event::Origin;
use switchboard_core::journal::{
    Attempt, ClaimRequest, Claims, Decoded, EventPosition, Intake, Journal as _, LogPosition,
    Order, Settlement, Tally, Verdict,
};
use switchboard_core::{DedupKey, Delivery, Descriptor, Draft, Event, Filter, Timestamp, Verified};
use switchboard_journal_sqlite::{SqliteJournal, SqliteReader};
use tempfile::TempDir;

pub(crate) const SINK: &str = "app";
pub(crate) const OWNER: &str = "me";
pub(crate) const LEASE: Duration = Duration::from_secs(60);

/// Where a journal is kept for a test.
#[derive(Debug)]
pub(crate) struct Place {
    directory: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("journal")
    }

    pub(crate) fn open(&self) -> SqliteJournal {
        open(&self.path())
    }

    pub(crate) fn read(&self) -> SqliteReader {
        SqliteReader::open(self.path()).unwrap()
    }

    /// What an SQL query counts in one of the files.
    pub(crate) fn count(&self, file: &str, sql: &str) -> u64 {
        self.query(file, sql)
    }

    /// What an SQL query says of one of the files.
    pub(crate) fn text(&self, file: &str, sql: &str) -> String {
        self.query(file, sql)
    }

    fn query<T: FromSql>(&self, file: &str, sql: &str) -> T {
        let connection = rusqlite::Connection::open(self.path().join(file)).unwrap();
        connection.query_row(sql, (), |row| row.get(0)).unwrap()
    }
}

pub(crate) fn open(path: &Path) -> SqliteJournal {
    SqliteJournal::open(path).unwrap()
}

pub(crate) fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_764_000_000 + seconds).unwrap()
}

pub(crate) fn intake(body: impl Into<Vec<u8>>) -> Intake {
    Intake {
        endpoint: "support".into(),
        adapter: "acme".into(),
        delivery: Delivery::post(body.into()),
        verified: Verified::unsigned(),
    }
}

pub(crate) fn event(key: &str) -> Event {
    event_at("support", key)
}

pub(crate) fn event_at(endpoint: &str, key: &str) -> Event {
    stamped(endpoint, key, json!({}))
}

/// An event that is written, and that serde_json does not read: it follows 128 levels.
pub(crate) fn deep_event(key: &str) -> Event {
    let deep = (0..200).fold(json!(null), |inner, _| json!([inner]));
    stamped("support", key, deep)
}

fn stamped(endpoint: &str, key: &str, payload: Value) -> Event {
    const ADAPTER: Descriptor = Descriptor::new("acme", "Acme");
    let origin = Origin {
        adapter: &ADAPTER,
        endpoint,
        account: None,
        scheme: "unsigned",
        delivery: "d-1",
        recorded: moment(0),
    };
    let draft = Draft::unknown("ping", payload, DedupKey::provider([key]));
    Event::stamp(draft, &origin, 0)
}

/// Appends a delivery of this body.
pub(crate) async fn append(journal: &SqliteJournal, body: impl Into<Vec<u8>>) -> LogPosition {
    let receipt = journal.append(&intake(body)).await.unwrap();
    receipt.position()
}

/// Appends one delivery and records it as these events.
pub(crate) async fn record(journal: &SqliteJournal, keys: &[&str]) -> Tally {
    let position = append(journal, "").await;
    let events = keys.iter().map(|key| event(key)).collect();
    let decoded = Decoded::new(position, Ok(events));
    journal.record(&[decoded]).await.unwrap()
}

/// Subscribes the sink and records `count` events for it.
pub(crate) async fn with_events(journal: &SqliteJournal, count: usize) {
    journal.subscribe(SINK).await.unwrap();
    let keys: Vec<String> = (1..=count).map(|key| key.to_string()).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    record(journal, &keys).await;
}

pub(crate) async fn claim(journal: &SqliteJournal, now: Timestamp, limit: usize) -> Claims {
    claim_as(journal, OWNER, now, limit).await
}

pub(crate) async fn claim_as(
    journal: &SqliteJournal,
    owner: &str,
    now: Timestamp,
    limit: usize,
) -> Claims {
    let request = ClaimRequest {
        owner,
        limit,
        ..request(now)
    };
    journal.claim(&request).await.unwrap()
}

/// A claim of everything, in any order.
pub(crate) fn request(now: Timestamp) -> ClaimRequest<'static> {
    static ALL: LazyLock<Arc<Filter>> = LazyLock::new(Arc::default);
    ClaimRequest {
        sink: SINK,
        filter: &ALL,
        order: Order::None,
        owner: OWNER,
        now,
        lease: LEASE,
        limit: 1000,
    }
}

pub(crate) fn positions(claims: &Claims) -> Vec<u64> {
    claims.claims.iter().map(|claim| claim.position.0).collect()
}

pub(crate) async fn settle(journal: &SqliteJournal, event: u64, verdict: Verdict) {
    settle_as(journal, OWNER, event, verdict).await;
}

pub(crate) async fn settle_as(journal: &SqliteJournal, owner: &str, event: u64, verdict: Verdict) {
    let settlement = Settlement {
        position: EventPosition(event),
        verdict,
        attempt: None,
    };
    journal.settle(SINK, owner, &[settlement]).await.unwrap();
}

/// Settles after an attempt that failed at `at`.
pub(crate) async fn fail(journal: &SqliteJournal, event: u64, at: Timestamp, verdict: Verdict) {
    let settlement = Settlement {
        position: EventPosition(event),
        verdict,
        attempt: Some(Attempt::failed(at, Duration::from_secs(1), "status 500")),
    };
    journal.settle(SINK, OWNER, &[settlement]).await.unwrap();
}
