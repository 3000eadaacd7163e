//! Copying the WAL into the database.
//!
//! Done by the thread that writes, between two commits: a thread of its own falls behind a busy
//! writer, and the WAL grows without end.

use std::time::Duration;

use rusqlite::Connection;

use crate::failure::Failure;

/// 8 MiB, in pages of 16 KiB.
const LARGE: i64 = 512;

/// Makes a checkpoint if the WAL has grown large. A reader that is in the way leaves some of it for
/// the next time.
pub(crate) fn if_large(connection: &Connection) -> Result<(), Failure> {
    let (pages, copied) = run(connection, "PRAGMA wal_checkpoint(NOOP)")?;
    if pages >= LARGE && copied < pages {
        run(connection, "PRAGMA wal_checkpoint(PASSIVE)")?;
    }
    Ok(())
}

/// Puts on stable storage what is in the WAL, as every checkpoint does first.
///
/// What a killed process wrote is there to be read, though no sync has confirmed it. Nothing may be
/// built on it before: a power failure would take it away from under what was built.
pub(crate) fn confirm(connection: &Connection) -> Result<(), Failure> {
    match run(connection, "PRAGMA wal_checkpoint(PASSIVE)") {
        // The WAL is synced before anything is copied out of it, and the copy has time. A journal
        // that cannot be opened on a full disk could not deliver, and free it, either.
        Err(Failure::Full(_)) => Ok(()),
        confirmed => confirmed.map(drop),
    }
}

/// Copies all and empties the WAL, unless somebody reads.
pub(crate) fn at_the_end(connection: &Connection) -> Result<(), Failure> {
    connection.busy_timeout(Duration::ZERO)?;
    run(connection, "PRAGMA wal_checkpoint(TRUNCATE)").map(drop)
}

/// The pages in the WAL, and how many of them are in the database too.
fn run(connection: &Connection, pragma: &str) -> Result<(i64, i64), Failure> {
    let mut statement = connection.prepare_cached(pragma)?;
    Ok(statement.query_row((), |row| Ok((row.get(1)?, row.get(2)?)))?)
}
