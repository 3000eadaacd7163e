//! Deliveries without events.

use rusqlite::Connection;
use switchboard_core::journal::{LogPosition, Undecoded};

use crate::failure::Failure;
use crate::index::word;
use crate::reader::sql_limit;

/// A delivery that is kept and has no events yet.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UndecodedDelivery {
    /// The delivery.
    pub position: LogPosition,
    /// Why.
    pub undecoded: Undecoded,
}

pub(super) fn last(
    connection: &Connection,
    limit: usize,
) -> Result<Vec<UndecodedDelivery>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT position, cause, reason FROM undecoded ORDER BY position DESC LIMIT ?1",
    )?;
    let mut rows = statement.query([sql_limit(limit)])?;
    let mut undecoded = Vec::new();
    while let Some(row) = rows.next()? {
        undecoded.push(UndecodedDelivery {
            position: LogPosition(row.get(0)?),
            undecoded: Undecoded {
                cause: word::to(row.get(1)?)?,
                reason: row.get(2)?,
            },
        });
    }
    undecoded.reverse();
    Ok(undecoded)
}
