//! Making sinks known, and settling what they claimed.

use rusqlite::{Connection, params};
use switchboard_core::Timestamp;
use switchboard_core::journal::{
    Attempt, Cause, EventPosition, MAX_ANSWER_BYTES, Order, Settlement, Verdict,
};

use super::request::Settle;
use super::{opening, word};
use crate::failure::Failure;
use crate::sinks::{Counts, Ended, Sink, Sinks};

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
        .prepare_cached("INSERT INTO sink VALUES (?1, ?2, ?2, '[]', 0, 0, 0, 0, 0)")?
        .execute((name, end.0))?;
    let sink = Sink::at(end, Vec::new(), Counts::default());
    sinks.insert(name.to_owned(), sink.into());
    Ok(())
}

/// Settles what the owner still holds.
pub(super) fn settle(
    connection: &Connection,
    request: &Settle,
    sink: &mut Sink,
) -> Result<(), Failure> {
    for settlement in &request.settlements {
        if let Some(ended) = sink.settle(settlement.position, &request.owner) {
            if sink.is_after_crash() {
                opening::settled(connection, &request.sink, settlement.position)?;
            }
            write(connection, request, settlement, ended, sink)?;
        }
    }
    Ok(())
}

fn write(
    connection: &Connection,
    request: &Settle,
    settlement: &Settlement,
    ended: Ended,
    sink: &mut Sink,
) -> Result<(), Failure> {
    let (name, event) = (request.sink.as_str(), settlement.position);
    let attempt = settlement.attempt.as_ref();
    match settlement.verdict {
        Verdict::Retry(due) => {
            note_failure(connection, name, event, attempt)?;
            retry(connection, name, event, ended, due, attempt)?;
            sink.counts.retrying += u64::from(!ended.is_row);
            if let Some(Order::Lanes { .. }) = sink.order {
                sink.block(ended.lane);
            }
            return Ok(());
        }
        Verdict::Dead(cause) => {
            note_failure(connection, name, event, attempt)?;
            let at = attempt.map_or(request.now, |attempt| attempt.at.plus(attempt.took));
            bury(connection, name, event, ended, cause, at)?;
            sink.counts.dead += 1;
            if let Some(Order::Lanes {
                wait_for_dead: true,
            }) = sink.order
            {
                sink.block(ended.lane);
            }
        }
        // Delivered.
        _ => {
            sink.counts.delivered += 1;
            if ended.is_row {
                const STORY: &str = "DELETE FROM attempt WHERE sink = ?1 AND event = ?2";
                delete(connection, STORY, name, event)?;
            }
        }
    }
    if ended.is_row {
        const ROW: &str = "DELETE FROM retry WHERE sink = ?1 AND event = ?2";
        delete(connection, ROW, name, event)?;
        sink.counts.retrying -= 1;
    }
    sink.freed.insert(ended.lane);
    Ok(())
}

fn retry(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
    ended: Ended,
    due: Timestamp,
    attempt: Option<&Attempt>,
) -> Result<(), Failure> {
    connection
        .prepare_cached(
            "INSERT INTO retry (sink, event, lane, due, attempts, first_attempt)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET
                 due = excluded.due,
                 attempts = attempts + excluded.attempts,
                 first_attempt = coalesce(first_attempt, excluded.first_attempt)",
        )?
        .execute(params![
            sink,
            event.0,
            ended.lane,
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
    ended: Ended,
    cause: Cause,
    at: Timestamp,
) -> Result<(), Failure> {
    connection
        .prepare_cached(
            "INSERT INTO dead (sink, event, lane, cause, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((sink, event.0, ended.lane, word::from(cause), at.as_micros()))?;
    Ok(())
}

fn note_failure(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
    attempt: Option<&Attempt>,
) -> Result<(), Failure> {
    let Some((attempt, failure)) = attempt.and_then(|made| Some((made, made.failure.as_ref()?)))
    else {
        return Ok(());
    };
    let took = i64::try_from(attempt.took.as_micros()).unwrap_or(i64::MAX);
    let answer = &attempt.answer[..attempt.answer.len().min(MAX_ANSWER_BYTES)];
    connection
        .prepare_cached(
            "INSERT INTO attempt (sink, event, number, at, took, failure, status, answer)
             SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5, ?6, ?7
             FROM attempt WHERE sink = ?1 AND event = ?2",
        )?
        .execute(params![
            sink,
            event.0,
            attempt.at.as_micros(),
            took,
            failure,
            attempt.status,
            answer,
        ])?;
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
