//! Dead letters and how they became so.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, named_params};
use switchboard_core::journal::{Attempt, DeadFilter, DeadLetter, EventPosition};
use switchboard_core::sink::Envelope;

use crate::failure::Failure;
use crate::index::{EventRow, moment, word};
use crate::reader::{in_order, number, sql_limit};

pub(super) fn letters(
    connection: &Connection,
    filter: &DeadFilter,
) -> Result<Vec<DeadLetter>, Failure> {
    let transaction = connection.unchecked_transaction()?;
    // Without a sink the unary plus keeps the index on events in use.
    let sink = match filter.sink {
        Some(_) => "sink = :sink",
        None => ":sink IS NULL",
    };
    let order = match filter.after {
        Some(_) => "event, sink",
        None => "event DESC, sink DESC",
    };
    let mut statement = transaction.prepare_cached(&format!(
        "SELECT sink, event, cause, at FROM dead
         WHERE {sink} AND event > :after AND (:cause IS NULL OR cause = :cause)
         ORDER BY {order} LIMIT :limit"
    ))?;
    let mut rows = statement.query(named_params! {
        ":sink": filter.sink,
        ":after": filter.after.map_or(0, |after| number(after.0)),
        ":cause": filter.cause.map(word::from),
        ":limit": sql_limit(filter.limit),
    })?;
    let mut letters = Vec::new();
    while let Some(row) = rows.next()? {
        let sink: String = row.get(0)?;
        let event = EventPosition(row.get(1)?);
        let mut letter = DeadLetter::new(sink, event, word::to(row.get(2)?)?, moment(row.get(3)?)?);
        letter.attempts = attempts(&transaction, &letter.sink, event)?;
        letter.envelope = envelope(&transaction, event)?;
        letters.push(letter);
    }
    in_order(&mut letters, filter.after.is_some());
    Ok(letters)
}

fn attempts(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
) -> Result<Vec<Attempt>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT at, took, failure, status, answer FROM attempt \
         WHERE sink = ?1 AND event = ?2 ORDER BY number",
    )?;
    let mut rows = statement.query((sink, event.0))?;
    let mut attempts = Vec::new();
    while let Some(row) = rows.next()? {
        attempts.push(Attempt {
            at: moment(row.get(0)?)?,
            took: Duration::from_micros(row.get(1)?),
            failure: row.get(2)?,
            status: row.get(3)?,
            answer: row.get::<_, Vec<u8>>(4)?.into(),
        });
    }
    Ok(attempts)
}

fn envelope(
    connection: &Connection,
    event: EventPosition,
) -> Result<Option<Arc<Envelope>>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT position, delivery, lane, sinks, checksum, json FROM event WHERE position = ?1",
    )?;
    let row = statement.query_row([event.0], EventRow::read).optional()?;
    match row {
        Some(mut row) => row.envelope(),
        None => Ok(None),
    }
}
