//! Deliveries that tell of an event again.

use rusqlite::Connection;
use switchboard_core::journal::{EventPosition, LogPosition};

use super::key::Key;
use crate::failure::Failure;

/// So many deliveries that repeat an event are linked to it. More are counted only: a storm of
/// copies grows nothing.
const LINKED: u64 = 16;

/// Links `event`, whose key this is, to a delivery that tells of it again; once, however often that
/// delivery is recorded.
pub(super) fn link(
    connection: &Connection,
    key: &Key,
    event: EventPosition,
    delivery: LogPosition,
) -> Result<(), Failure> {
    let mut statement =
        connection.prepare_cached("SELECT last, duplicates FROM seen WHERE key = ?1")?;
    let (last, duplicates): (u64, u64) =
        statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if last >= delivery.0 && (last == delivery.0 || has_told(connection, event, delivery)?) {
        return Ok(());
    }
    connection
        .prepare_cached("UPDATE seen SET last = max(last, ?2), duplicates = ?3 WHERE key = ?1")?
        .execute((key, delivery.0, duplicates + 1))?;
    if duplicates < LINKED {
        connection
            .prepare_cached("INSERT OR IGNORE INTO duplicate (event, delivery) VALUES (?1, ?2)")?
            .execute((event.0, delivery.0))?;
    }
    Ok(())
}

/// Whether it is the event's own delivery, or linked to it.
fn has_told(
    connection: &Connection,
    event: EventPosition,
    delivery: LogPosition,
) -> Result<bool, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM event WHERE position = ?1 AND delivery = ?2
         UNION ALL SELECT 1 FROM duplicate WHERE event = ?1 AND delivery = ?2",
    )?;
    Ok(statement.exists((event.0, delivery.0))?)
}
