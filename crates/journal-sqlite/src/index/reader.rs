//! Reading events and what waits.

use bytes::Bytes;
use rusqlite::{Connection, Row};
use switchboard_core::Timestamp;
use switchboard_core::journal::{EventPosition, LogPosition};
use switchboard_core::sink::Envelope;

use crate::failure::Failure;

/// Reads the index.
#[derive(Debug)]
pub(crate) struct IndexReader {
    pub(crate) connection: Connection,
}

/// An event as it was recorded.
#[derive(Debug)]
pub(crate) struct EventRow {
    pub(crate) position: EventPosition,
    pub(crate) delivery: LogPosition,
    /// `None` when its JSON cannot be read back: SQLite and the checksum vouch for the bytes, and
    /// still they may be nested deeper than what reads them follows.
    pub(crate) envelope: Option<Envelope>,
}

/// An event that waits for another attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    pub(crate) event: EventPosition,
    pub(crate) at: Timestamp,
    pub(crate) attempts: u32,
    pub(crate) first_attempt: Option<Timestamp>,
}

impl IndexReader {
    pub(crate) fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// The event at `position`, which there must be.
    pub(crate) fn event(&self, position: EventPosition) -> Result<EventRow, Failure> {
        let mut statement = self.connection.prepare_cached(
            "SELECT position, delivery, checksum, json FROM event WHERE position = ?1",
        )?;
        let mut rows = statement.query([position.0])?;
        match rows.next()? {
            Some(row) => event(row),
            None => Err(Failure::corrupt(format!("event {position} is missing"))),
        }
    }

    /// Calls `each` with what waits at `sink` and is due after `after` and not after `to`, both in
    /// microseconds, the earliest first, until it says `false`.
    pub(crate) fn due(
        &self,
        sink: &str,
        (after, to): (i64, i64),
        mut each: impl FnMut(Due) -> bool,
    ) -> Result<(), Failure> {
        let mut statement = self.connection.prepare_cached(
            "SELECT event, due, attempts, first_attempt FROM retry \
             WHERE sink = ?1 AND due > ?2 AND due <= ?3 ORDER BY due, event",
        )?;
        let mut rows = statement.query((sink, after, to))?;
        while let Some(row) = rows.next()? {
            if !each(due(row)?) {
                break;
            }
        }
        Ok(())
    }
}

/// Reads `position, delivery, checksum, json`.
pub(crate) fn event(row: &Row<'_>) -> Result<EventRow, Failure> {
    let position = EventPosition(row.get(0)?);
    let checksum: u32 = row.get(2)?;
    let json: String = row.get(3)?;
    if crc32fast::hash(json.as_bytes()) != checksum {
        let damaged = format!("event {position} does not match its checksum");
        return Err(Failure::corrupt(damaged));
    }
    Ok(EventRow {
        position,
        delivery: LogPosition(row.get(1)?),
        envelope: Envelope::read(Bytes::from(json)).ok(),
    })
}

fn due(row: &Row<'_>) -> Result<Due, Failure> {
    let first_attempt: Option<i64> = row.get(3)?;
    Ok(Due {
        event: EventPosition(row.get(0)?),
        at: moment(row.get(1)?)?,
        attempts: row.get(2)?,
        first_attempt: first_attempt.map(moment).transpose()?,
    })
}

pub(crate) fn moment(micros: i64) -> Result<Timestamp, Failure> {
    Timestamp::from_micros(micros).ok_or_else(|| Failure::corrupt("a moment is out of range"))
}
