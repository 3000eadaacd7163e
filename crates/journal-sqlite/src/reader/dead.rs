//! Dead letters and how they became so.

use rusqlite::{Connection, params};
use switchboard_core::Timestamp;
use switchboard_core::journal::{Cause, EventPosition};

use crate::failure::Failure;
use crate::index::{moment, word};
use crate::reader::sql_limit;

/// An event that a sink could not take within its budget.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The sink.
    pub sink: String,
    /// The event.
    pub event: EventPosition,
    /// Why.
    pub cause: Cause,
    /// Since when.
    pub at: Timestamp,
    /// Every attempt that failed, in order.
    pub attempts: Vec<FailedAttempt>,
}

/// An attempt that failed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// When it began.
    pub at: Timestamp,
    /// How it failed.
    pub failure: String,
}

pub(super) fn letters(
    connection: &Connection,
    sink: Option<&str>,
    limit: usize,
) -> Result<Vec<DeadLetter>, Failure> {
    let transaction = connection.unchecked_transaction()?;
    let mut statement = transaction.prepare_cached(
        "SELECT sink, event, cause, at FROM dead WHERE ?1 IS NULL OR sink = ?1 \
         ORDER BY event DESC, sink LIMIT ?2",
    )?;
    let mut rows = statement.query(params![sink, sql_limit(limit)])?;
    let mut letters = Vec::new();
    while let Some(row) = rows.next()? {
        let sink: String = row.get(0)?;
        let event = EventPosition(row.get(1)?);
        letters.push(DeadLetter {
            attempts: attempts(&transaction, &sink, event)?,
            sink,
            event,
            cause: word::to(row.get(2)?)?,
            at: moment(row.get(3)?)?,
        });
    }
    letters.reverse();
    Ok(letters)
}

fn attempts(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
) -> Result<Vec<FailedAttempt>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT at, failure FROM attempt WHERE sink = ?1 AND event = ?2 ORDER BY at",
    )?;
    let mut rows = statement.query((sink, event.0))?;
    let mut attempts = Vec::new();
    while let Some(row) = rows.next()? {
        attempts.push(FailedAttempt {
            at: moment(row.get(0)?)?,
            failure: row.get(1)?,
        });
    }
    Ok(attempts)
}
