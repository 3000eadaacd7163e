//! Making sinks known, and settling what they claimed.

use rusqlite::{Connection, params};
use switchboard_core::Timestamp;
use switchboard_core::journal::{Attempt, Cause, EventPosition, Settlement, Verdict};

use super::request::Settle;
use super::word;
use crate::failure::Failure;
use crate::sinks::{Sink, Sinks};

/// Makes a sink known. A new one gets the events after `end`.
pub(super) fn subscribe(
    connection: &Connection,
    name: &str,
    end: EventPosition,
    sinks: &mut Sinks,
) -> Result<(), Failure> {
    if sinks.contains_key(name) {
        return Ok(());
    }
    connection
        .prepare_cached("INSERT INTO sink VALUES (?1, ?2, '[]', 0, 0, 0)")?
        .execute((name, end.0))?;
    sinks.insert(name.to_owned(), Sink::at(end, Vec::new()));
    Ok(())
}

/// What a batch of settlements adds to a sink's counters.
#[derive(Debug, Default)]
struct Added {
    delivered: u64,
    unmatched: u64,
    dead: u64,
}

/// Settles what the owner still holds.
pub(super) fn settle(
    connection: &Connection,
    request: &Settle,
    sinks: &mut Sinks,
) -> Result<(), Failure> {
    let name = request.sink.as_str();
    let Some(sink) = sinks.get_mut(name) else {
        return Ok(());
    };
    let mut added = Added::default();
    for settlement in &request.settlements {
        if sink.settle(settlement.position, &request.owner) {
            write(connection, name, settlement, request.now, &mut added)?;
        }
    }
    let settled = serde_json::to_string(&sink.settled()).expect("a list of numbers is JSON");
    connection
        .prepare_cached(
            "UPDATE sink SET position = ?2, settled = ?3, delivered = delivered + ?4, \
             unmatched = unmatched + ?5, dead = dead + ?6 WHERE name = ?1",
        )?
        .execute((
            name,
            sink.position().0,
            settled,
            added.delivered,
            added.unmatched,
            added.dead,
        ))?;
    Ok(())
}

fn write(
    connection: &Connection,
    sink: &str,
    settlement: &Settlement,
    now: Timestamp,
    added: &mut Added,
) -> Result<(), Failure> {
    let event = settlement.position;
    let attempt = settlement.attempt.as_ref();
    if let Some(attempt) = attempt {
        note_failure(connection, sink, event, attempt)?;
    }
    match &settlement.verdict {
        Verdict::Retry(due) => return retry(connection, sink, event, *due, attempt),
        Verdict::Dead(cause) => {
            added.dead += 1;
            let at = attempt.map_or(now, |attempt| attempt.at.plus(attempt.took));
            bury(connection, sink, event, *cause, at)?;
        }
        verdict => {
            added.delivered += u64::from(*verdict == Verdict::Delivered);
            added.unmatched += u64::from(*verdict == Verdict::Unmatched);
            delete(
                connection,
                "DELETE FROM attempt WHERE sink = ?1 AND event = ?2",
                sink,
                event,
            )?;
        }
    }
    delete(
        connection,
        "DELETE FROM retry WHERE sink = ?1 AND event = ?2",
        sink,
        event,
    )
}

fn retry(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
    due: Timestamp,
    attempt: Option<&Attempt>,
) -> Result<(), Failure> {
    connection
        .prepare_cached(
            "INSERT INTO retry (sink, event, due, attempts, first_attempt)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET
                 due = excluded.due,
                 attempts = attempts + excluded.attempts,
                 first_attempt = coalesce(first_attempt, excluded.first_attempt)",
        )?
        .execute(params![
            sink,
            event.0,
            due.as_micros(),
            u32::from(attempt.is_some()),
            attempt.map(|attempt| attempt.at.as_micros()),
        ])?;
    Ok(())
}

fn bury(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
    cause: Cause,
    at: Timestamp,
) -> Result<(), Failure> {
    connection
        .prepare_cached("INSERT INTO dead (sink, event, cause, at) VALUES (?1, ?2, ?3, ?4)")?
        .execute((sink, event.0, word::from(cause), at.as_micros()))?;
    Ok(())
}

fn note_failure(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
    attempt: &Attempt,
) -> Result<(), Failure> {
    let Some(failure) = &attempt.failure else {
        return Ok(());
    };
    let took = i64::try_from(attempt.took.as_micros()).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO attempt (sink, event, at, took, failure) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((sink, event.0, attempt.at.as_micros(), took, failure))?;
    Ok(())
}

fn delete(
    connection: &Connection,
    sql: &str,
    sink: &str,
    event: EventPosition,
) -> Result<(), Failure> {
    connection.prepare_cached(sql)?.execute((sink, event.0))?;
    Ok(())
}
