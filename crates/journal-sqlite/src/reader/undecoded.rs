//! Deliveries without events.

use rusqlite::{Connection, params};
use switchboard_core::journal::{
    LogPosition, Stored, Undecoded, UndecodedCause, UndecodedFilter, UndecodedRecord,
};

use crate::failure::Failure;
use crate::index::word;
use crate::log::LogReader;
use crate::reader::{in_order, number, sql_limit};

/// Bodies of so many bytes are handed out at once, and one more.
const ENOUGH: usize = 8 << 20;

pub(super) fn matching(
    connection: &Connection,
    filter: &UndecodedFilter,
) -> Result<Vec<UndecodedRecord>, Failure> {
    let order = match filter.after {
        Some(_) => "ASC",
        None => "DESC",
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT position, cause, reason FROM undecoded WHERE position > ?1 \
         ORDER BY position {order} LIMIT ?2"
    ))?;
    let after = filter.after.map_or(0, |after| number(after.0));
    let mut rows = statement.query(params![after, sql_limit(filter.limit)])?;
    let mut undecoded = Vec::new();
    while let Some(row) = rows.next()? {
        let why = Undecoded {
            cause: word::to(row.get(1)?)?,
            reason: row.get(2)?,
        };
        undecoded.push(UndecodedRecord::new(LogPosition(row.get(0)?), why));
    }
    in_order(&mut undecoded, filter.after.is_some());
    Ok(undecoded)
}

/// At most `limit` undecoded deliveries after `after`, with their bytes; fewer where those are large.
/// What is damaged has none.
pub(super) fn with_bytes(
    connection: &Connection,
    log: &mut LogReader,
    after: LogPosition,
    limit: usize,
) -> Result<Vec<(Stored, Undecoded)>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT position, cause, reason FROM undecoded WHERE position > ?1 AND cause <> ?2 \
         ORDER BY position",
    )?;
    let damaged = word::from(UndecodedCause::Damaged);
    let mut rows = statement.query(params![number(after.0), damaged])?;
    let (mut found, mut bytes) = (Vec::new(), 0);
    while found.len() < limit
        && bytes < ENOUGH
        && let Some(row) = rows.next()?
    {
        // The inner one is missing where it was damaged meanwhile.
        let stored = log.get(LogPosition(row.get(0)?))?;
        if let Some(stored) = stored.flatten() {
            bytes += stored.intake.delivery.body.len();
            let undecoded = Undecoded {
                cause: word::to(row.get(1)?)?,
                reason: row.get(2)?,
            };
            found.push((stored, undecoded));
        }
    }
    Ok(found)
}
