//! How a journal was opened and closed, so that a crash can be told from an end in order.

use std::sync::Arc;

use rusqlite::Connection;
use switchboard_core::Timestamp;
use switchboard_core::journal::{EventPosition, LogPosition};

use super::counts::Progress;
use crate::failure::Failure;
use crate::sinks::Sinks;

/// What was in flight at a crash is no farther above a sink's position than this: the claims, what
/// waits in memory, and what was passed over and not written.
const FARTHEST: u64 = 8192;

/// How a journal was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Opening {
    /// It was not closed.
    pub(crate) is_after_crash: bool,
    /// How often in a row it was opened after a crash with deliveries to decode, and none recorded
    /// in between.
    pub(crate) stalls: u32,
}

/// Notes that the journal is open, where `end` is the last delivery in the log.
pub(crate) fn begin(
    connection: &Connection,
    progress: &Progress,
    end: LogPosition,
) -> Result<Opening, Failure> {
    let found = connection.query_row(
        "SELECT is_open, decoded_to, stalls FROM opening",
        (),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let (is_after_crash, decoded_to, before): (bool, u64, u32) = found;
    let is_idle = progress.decoded_to == end;
    let stalls = match decoded_to == progress.decoded_to.0 {
        _ if is_idle || !is_after_crash => 0,
        true => before + 1,
        false => 1,
    };
    let next = (true, progress.decoded_to.0, stalls);
    if next != found {
        let noted = connection.execute(
            "UPDATE opening SET is_open = ?1, decoded_to = ?2, stalls = ?3",
            next,
        );
        match noted.map_err(Failure::from) {
            // A journal that cannot be opened on a full disk could not deliver, and free it, either.
            Ok(_) | Err(Failure::Full(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(Opening {
        is_after_crash,
        stalls,
    })
}

/// Notes that the journal is closed in order.
pub(super) fn end(connection: &Connection) -> Result<(), Failure> {
    connection.execute("UPDATE opening SET is_open = 0, stalls = 0", ())?;
    Ok(())
}

/// Makes suspects of all that may have been in flight at the crash before `now`.
pub(crate) fn suspect(
    connection: &Connection,
    sinks: &mut Sinks,
    head: EventPosition,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut statement = connection.prepare(
        "SELECT event FROM retry WHERE sink = ?1 AND due <= ?2 ORDER BY due DESC LIMIT ?3",
    )?;
    for (name, sink) in sinks {
        let rows = statement.query_map((name, now.as_micros(), FARTHEST), |row| row.get(0))?;
        let rows = rows
            .map(|event| event.map(EventPosition))
            .collect::<Result<_, _>>()?;
        let sink = Arc::make_mut(sink);
        let farthest = EventPosition(sink.position().0 + FARTHEST);
        sink.suspect(farthest.min(head), rows);
    }
    Ok(())
}

/// Notes that `sink` is about to be given `event`; answers how often it was.
pub(super) fn begun(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
) -> Result<u64, Failure> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO begun (sink, event, times) VALUES (?1, ?2, 1)
         ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times",
    )?;
    Ok(statement.query_row((sink, event.0), |row| row.get(0))?)
}

/// Forgets how often `sink` was about to be given `event`: it is settled.
pub(super) fn settled(
    connection: &Connection,
    sink: &str,
    event: EventPosition,
) -> Result<(), Failure> {
    connection
        .prepare_cached("DELETE FROM begun WHERE sink = ?1 AND event = ?2")?
        .execute((sink, event.0))?;
    Ok(())
}
