//! Recording what deliveries were decoded to.

use rusqlite::Connection;
use switchboard_core::Event;
use switchboard_core::journal::{
    Decoded, EventPosition, LogPosition, Tally, Undecoded, UndecodedCause,
};

use super::counts::Progress;
use super::key::{Key, day, key};
use super::{duplicate, word};
use crate::failure::Failure;
use crate::lane::Lane;

/// What one delivery was decoded to, made ready by whoever asks: the thread that writes has no time
/// to serialise.
#[derive(Debug)]
pub(crate) struct Recorded {
    position: LogPosition,
    outcome: Result<Vec<Row>, Undecoded>,
}

/// An event as its row.
#[derive(Debug)]
pub(super) struct Row {
    key: Key,
    lane: Lane,
    recorded: i64,
    sinks: Option<String>,
    id: String,
    source: String,
    kind: String,
    endpoint: String,
    checksum: u32,
    json: String,
}

impl Recorded {
    pub(crate) fn new(decoded: &Decoded) -> Self {
        let outcome = decoded.outcome.as_ref();
        Self {
            position: decoded.position,
            outcome: outcome
                .map(|events| events.iter().map(Row::new).collect())
                .map_err(Clone::clone),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match &self.outcome {
            Ok(rows) => rows.iter().map(Row::bytes).sum(),
            Err(undecoded) => undecoded.reason.len() + 64,
        }
    }
}

impl Row {
    pub(super) fn new(event: &Event) -> Self {
        let json = serde_json::to_string(event).expect("an event has text keys only");
        Self {
            key: key(&event.source, &event.id),
            lane: Lane::of(&event.partitionkey),
            recorded: event.recordedtime.as_micros(),
            sinks: None,
            id: event.id.clone(),
            source: event.source.clone(),
            kind: event.short_kind().to_owned(),
            endpoint: event.endpoint.clone(),
            checksum: crc32fast::hash(json.as_bytes()),
            json,
        }
    }

    /// For these sinks alone, a JSON list.
    pub(super) fn only_for(self, sinks: Option<String>) -> Self {
        Self { sinks, ..self }
    }

    pub(super) fn bytes(&self) -> usize {
        self.json.len() + 256
    }
}

/// Records deliveries, up to the first that `batch` leaves out: what is behind that one will be
/// handed out again with it.
pub(super) fn record(
    connection: &Connection,
    batch: &[Recorded],
    progress: &mut Progress,
    tally: &mut Tally,
) -> Result<(), Failure> {
    for recorded in batch {
        if recorded.position.0 > progress.decoded_to.0 + 1 {
            break;
        }
        record_one(connection, recorded, progress, tally)?;
        pass_noted(connection, progress)?;
    }
    Ok(())
}

/// One that was recorded before is recorded anew: a better adapter can turn an undecoded delivery
/// into events, and no delivery is counted twice.
fn record_one(
    connection: &Connection,
    recorded: &Recorded,
    progress: &mut Progress,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let position = recorded.position;
    let is_first_time = position > progress.decoded_to;
    progress.decoded_to = progress.decoded_to.max(position);
    match &recorded.outcome {
        Ok(rows) => {
            for row in rows {
                insert(connection, position, row, progress, tally)?;
            }
            if is_first_time {
                progress.decoded += 1;
            } else if forget_undecoded(connection, position)? {
                progress.undecoded -= 1;
                progress.decoded += 1;
            }
        }
        Err(undecoded) if is_first_time => {
            tally.undecoded += 1;
            progress.undecoded += note(connection, position, undecoded)?;
        }
        Err(undecoded) => {
            tally.undecoded += 1;
            connection
                .prepare_cached("UPDATE undecoded SET cause = ?2, reason = ?3 WHERE position = ?1")?
                .execute((position.0, word::from(undecoded.cause), &undecoded.reason))?;
        }
    }
    Ok(())
}

/// Notes damaged deliveries. They may be found again and again until the ones behind them are
/// recorded.
pub(super) fn damaged(
    connection: &Connection,
    positions: &[LogPosition],
    progress: &mut Progress,
) -> Result<(), Failure> {
    let undecoded = Undecoded {
        cause: UndecodedCause::Damaged,
        reason: "it does not match its checksum".to_owned(),
    };
    for &position in positions {
        progress.undecoded += note(connection, position, &undecoded)?;
    }
    pass_noted(connection, progress)
}

/// Moves past damaged deliveries, which are noted before their turn comes.
fn pass_noted(connection: &Connection, progress: &mut Progress) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM undecoded WHERE position = ?1")?;
    while statement.exists([progress.decoded_to.0 + 1])? {
        progress.decoded_to.0 += 1;
    }
    Ok(())
}

/// One if the delivery was not undecoded before.
fn note(
    connection: &Connection,
    position: LogPosition,
    undecoded: &Undecoded,
) -> Result<u64, Failure> {
    let mut statement = connection.prepare_cached(
        "INSERT OR IGNORE INTO undecoded (position, cause, reason) VALUES (?1, ?2, ?3)",
    )?;
    let inserted =
        statement.execute((position.0, word::from(undecoded.cause), &undecoded.reason))?;
    Ok(inserted as u64)
}

fn forget_undecoded(connection: &Connection, position: LogPosition) -> Result<bool, Failure> {
    let mut statement = connection.prepare_cached("DELETE FROM undecoded WHERE position = ?1")?;
    Ok(statement.execute([position.0])? > 0)
}

fn insert(
    connection: &Connection,
    delivery: LogPosition,
    row: &Row,
    progress: &mut Progress,
    tally: &mut Tally,
) -> Result<(), Failure> {
    match keep(connection, delivery, row, progress)? {
        Kept::New => tally.events += 1,
        Kept::Known(event) => {
            progress.duplicates += 1;
            tally.duplicates += 1;
            duplicate::link(connection, &row.key, event, delivery)?;
        }
    }
    Ok(())
}

/// Whether an event was kept, or was there already.
pub(super) enum Kept {
    New,
    Known(EventPosition),
}

/// Keeps an event whose key is new.
pub(super) fn keep(
    connection: &Connection,
    delivery: LogPosition,
    row: &Row,
    progress: &mut Progress,
) -> Result<Kept, Failure> {
    let position = progress.events.0 + 1;
    let is_new = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO seen (key, event, day, last, duplicates) \
             VALUES (?1, ?2, ?3, ?4, 0)",
        )?
        .execute((row.key, position, day(row.recorded), delivery.0))?
        > 0;
    if !is_new {
        let mut statement = connection.prepare_cached("SELECT event FROM seen WHERE key = ?1")?;
        let event = statement.query_row([row.key], |row| row.get(0))?;
        return Ok(Kept::Known(EventPosition(event)));
    }
    progress.events.0 = position;
    connection
        .prepare_cached(
            "INSERT INTO event (position, delivery, lane, recorded, sinks, id, source, kind, \
                 endpoint, checksum, json) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute((
            position,
            delivery.0,
            row.lane,
            row.recorded,
            &row.sinks,
            &row.id,
            &row.source,
            &row.kind,
            &row.endpoint,
            row.checksum,
            &row.json,
        ))?;
    Ok(Kept::New)
}
