//! Rows that are held for another of their lane.
//!
//! The first of a lane is never held, so that whatever becomes of the claims of a lane, there is one
//! that is looked at: whether it is its turn is asked at the claim. Only a dead letter before it holds
//! it, where the order says so.

use rusqlite::Connection;
use switchboard_core::journal::{EventPosition, Order};

use super::reader::{first_dead, first_retry};
use super::{HELD, counts};
use crate::failure::Failure;
use crate::lane::Lane;
use crate::sinks::Sink;

/// So many rows or lanes are given a new order in one transaction.
const STEP: usize = 1024;

/// Ends what a commit does to a sink: writes what waits in memory for a row, lets go of the first of
/// every lane that something has changed in, and writes how far the sink has come.
pub(super) fn write(connection: &Connection, name: &str, sink: &mut Sink) -> Result<(), Failure> {
    while let Some((event, lane)) = sink.blocked.pop_first() {
        hold(connection, name, event, lane)?;
        sink.counts.retrying += 1;
        sink.freed.insert(lane);
    }
    while let Some((event, lane)) = sink.demoted.pop_first() {
        set_due(connection, name, event, HELD)?;
        sink.freed.insert(lane);
    }
    while let Some(lane) = sink.freed.pop_first() {
        promote(connection, name, lane, sink)?;
    }
    counts::set_sink(connection, name, sink)?;
    sink.unwritten = 0;
    sink.is_changed = false;
    Ok(())
}

/// Makes `order` hold for the rows that were held under another, a step of them. Where it goes on is
/// in `sink`, until that is done.
pub(super) fn sweep(
    connection: &Connection,
    name: &str,
    order: Order,
    sink: &mut Sink,
) -> Result<(), Failure> {
    if sink.order != Some(order) {
        sink.reorder(order);
        sink.sweep = Some(Lane(i64::MIN));
    }
    let Some(from) = sink.sweep else {
        return Ok(());
    };
    sink.sweep = match order {
        Order::Lanes { .. } => sweep_lanes(connection, name, from, sink)?,
        _ => release(connection, name, sink)?.then_some(from),
    };
    Ok(())
}

/// Lets go of the first row of each lane. Answers where to go on.
fn sweep_lanes(
    connection: &Connection,
    name: &str,
    mut from: Lane,
    sink: &Sink,
) -> Result<Option<Lane>, Failure> {
    for _ in 0..STEP {
        let Some(lane) = next_lane(connection, name, from)? else {
            return Ok(None);
        };
        promote(connection, name, lane, sink)?;
        match lane.0.checked_add(1) {
            Some(next) => from = Lane(next),
            None => return Ok(None),
        }
    }
    Ok(Some(from))
}

/// Lets go of rows that are held. Answers whether there may be more.
fn release(connection: &Connection, name: &str, sink: &Sink) -> Result<bool, Failure> {
    let released = connection
        .prepare_cached(
            "UPDATE retry SET due = ?3 WHERE sink = ?1 AND event IN \
                 (SELECT event FROM retry WHERE sink = ?1 AND due = ?2 LIMIT ?4)",
        )?
        .execute((name, HELD, sink.now.as_micros(), STEP))?;
    Ok(released == STEP)
}

/// The first lane of a row at `sink`, from this one on.
fn next_lane(connection: &Connection, sink: &str, from: Lane) -> Result<Option<Lane>, Failure> {
    let mut statement =
        connection.prepare_cached("SELECT min(lane) FROM retry WHERE sink = ?1 AND lane >= ?2")?;
    Ok(statement.query_row((sink, from), |row| row.get(0))?)
}

/// Makes the first row of a lane due, if it is held and no dead letter is before it.
fn promote(connection: &Connection, name: &str, lane: Lane, sink: &Sink) -> Result<(), Failure> {
    let Some(Order::Lanes { wait_for_dead }) = sink.order else {
        return Ok(());
    };
    if sink.counts.retrying == 0 {
        return Ok(());
    }
    let Some((first, HELD)) = first_retry(connection, name, lane)? else {
        return Ok(());
    };
    if wait_for_dead && first_dead(connection, name, lane)?.is_some_and(|dead| dead < first) {
        return Ok(());
    }
    set_due(connection, name, first, sink.now.as_micros())
}

/// Spends nothing of what the event has.
fn hold(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
    lane: Lane,
) -> Result<(), Failure> {
    connection
        .prepare_cached(
            "INSERT INTO retry (sink, event, lane, due, attempts) VALUES (?1, ?2, ?3, ?4, 0)",
        )?
        .execute((sink, event.0, lane, HELD))?;
    Ok(())
}

fn set_due(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
    due: i64,
) -> Result<(), Failure> {
    connection
        .prepare_cached("UPDATE retry SET due = ?3 WHERE sink = ?1 AND event = ?2")?
        .execute((sink, event.0, due))?;
    Ok(())
}
