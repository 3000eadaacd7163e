//! Counters and positions, moved in the transaction of what they count.

use rusqlite::Connection;
use switchboard_core::journal::{EventPosition, LogPosition};

use crate::failure::Failure;
use crate::sinks::{Counts, Sink, Sinks};

/// How far decoding has come, and what it came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Progress {
    /// The last delivery that was recorded.
    pub(crate) decoded_to: LogPosition,
    /// Deliveries that were decoded.
    pub(crate) decoded: u64,
    /// Deliveries that are undecoded.
    pub(crate) undecoded: u64,
    /// Deliveries that were given up undecoded.
    pub(crate) expired_undecoded: u64,
    /// The last event. Positions have no gaps, so it is their number too.
    pub(crate) events: EventPosition,
    /// Those of them that are no longer kept.
    pub(crate) expired_events: u64,
    /// Drafts whose event was there already.
    pub(crate) duplicates: u64,
    /// Events that were recorded again.
    pub(crate) replayed: u64,
    /// The moment that ages were last told by, in microseconds.
    pub(crate) retained_at: Option<i64>,
}

pub(crate) fn progress(connection: &Connection) -> Result<Progress, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT decoded_to, decoded, undecoded, expired_undecoded, events, expired_events, \
             duplicates, replayed, retained_at FROM progress",
    )?;
    Ok(statement.query_row((), |row| {
        Ok(Progress {
            decoded_to: LogPosition(row.get(0)?),
            decoded: row.get(1)?,
            undecoded: row.get(2)?,
            expired_undecoded: row.get(3)?,
            events: EventPosition(row.get(4)?),
            expired_events: row.get(5)?,
            duplicates: row.get(6)?,
            replayed: row.get(7)?,
            retained_at: row.get(8)?,
        })
    })?)
}

pub(super) fn set_progress(connection: &Connection, progress: &Progress) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(
        "UPDATE progress SET decoded_to = ?1, decoded = ?2, undecoded = ?3, \
             expired_undecoded = ?4, events = ?5, expired_events = ?6, duplicates = ?7, \
             replayed = ?8, retained_at = ?9",
    )?;
    statement.execute((
        progress.decoded_to.0,
        progress.decoded,
        progress.undecoded,
        progress.expired_undecoded,
        progress.events.0,
        progress.expired_events,
        progress.duplicates,
        progress.replayed,
        progress.retained_at,
    ))?;
    Ok(())
}

/// Every sink that was ever subscribed, with nothing claimed.
pub(crate) fn sinks(connection: &Connection) -> Result<Sinks, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT name, position, settled, delivered, unmatched, retrying, dead, expired FROM sink",
    )?;
    let mut rows = statement.query(())?;
    let mut sinks = Sinks::new();
    while let Some(row) = rows.next()? {
        let settled: String = row.get(2)?;
        let settled = serde_json::from_str(&settled).map_err(Failure::corrupt)?;
        let counts = Counts {
            delivered: row.get(3)?,
            unmatched: row.get(4)?,
            retrying: row.get(5)?,
            dead: row.get(6)?,
            expired: row.get(7)?,
        };
        let sink = Sink::at(EventPosition(row.get(1)?), settled, counts);
        sinks.insert(row.get(0)?, sink.into());
    }
    Ok(sinks)
}

/// Writes how far a sink has come.
pub(super) fn set_sink(connection: &Connection, name: &str, sink: &Sink) -> Result<(), Failure> {
    let settled = serde_json::to_string(&sink.settled()).expect("a list of numbers is JSON");
    let counts = &sink.counts;
    connection
        .prepare_cached(
            "UPDATE sink SET position = ?2, settled = ?3, delivered = ?4, unmatched = ?5, \
             retrying = ?6, dead = ?7, expired = ?8 WHERE name = ?1",
        )?
        .execute((
            name,
            sink.position().0,
            settled,
            counts.delivered,
            counts.unmatched,
            counts.retrying,
            counts.dead,
            counts.expired,
        ))?;
    Ok(())
}
