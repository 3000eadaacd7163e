//! Dead letters that somebody decides on.

use rusqlite::{Connection, OptionalExtension as _};
use switchboard_core::journal::EventPosition;

use crate::failure::Failure;
use crate::lane::Lane;
use crate::sinks::Sink;

/// Makes dead letters claimable again, with a budget as if they had never been tried. Answers how
/// many.
pub(super) fn revive(
    connection: &Connection,
    name: &str,
    events: &[EventPosition],
    sink: &mut Sink,
) -> Result<u64, Failure> {
    let mut revived = 0;
    for &event in events {
        let Some(lane) = remove(connection, name, event, sink)? else {
            continue;
        };
        connection
            .prepare_cached(
                "INSERT INTO retry (sink, event, lane, due, attempts) VALUES (?1, ?2, ?3, ?4, 0)",
            )?
            .execute((name, event.0, lane, sink.now.as_micros()))?;
        sink.counts.retrying += 1;
        revived += 1;
    }
    Ok(revived)
}

/// Gives dead letters up for good. Answers how many.
pub(super) fn discard(
    connection: &Connection,
    name: &str,
    events: &[EventPosition],
    sink: &mut Sink,
) -> Result<u64, Failure> {
    let mut discarded = 0;
    for &event in events {
        if let Some(lane) = remove(connection, name, event, sink)? {
            sink.counts.expired += 1;
            sink.freed.insert(lane);
            discarded += 1;
        }
    }
    Ok(discarded)
}

/// Removes a dead letter and the story of its attempts; answers its lane.
fn remove(
    connection: &Connection,
    name: &str,
    event: EventPosition,
    sink: &mut Sink,
) -> Result<Option<Lane>, Failure> {
    if i64::try_from(event.0).is_err() {
        // SQLite has no such number.
        return Ok(None);
    }
    let lane = connection
        .prepare_cached("DELETE FROM dead WHERE sink = ?1 AND event = ?2 RETURNING lane")?
        .query_row((name, event.0), |row| row.get(0))
        .optional()?;
    if lane.is_some() {
        connection
            .prepare_cached("DELETE FROM attempt WHERE sink = ?1 AND event = ?2")?
            .execute((name, event.0))?;
        sink.counts.dead -= 1;
    }
    Ok(lane)
}
