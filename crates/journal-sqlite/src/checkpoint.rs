//! Copying the WAL into the database.
//!
//! Done by the thread that writes, between two commits: a thread of its own falls behind a busy
//! writer, and the WAL grows without end.

use std::time::Duration;

use rusqlite::Connection;

use crate::failure::Failure;

/// So many pages of 16 KiB are copied at once where pages are written over again: 4 MiB.
pub(crate) const MANY: i64 = 256;

/// So many where hardly any is, 1 MiB: whoever waits for a commit meanwhile waits a few milliseconds.
pub(crate) const FEW: i64 = 64;

/// Makes a checkpoint if so many pages of the WAL are not copied. A reader that is in the way leaves
/// some of it for the next time.
pub(crate) fn if_large(connection: &Connection, large: i64) -> Result<(), Failure> {
    let (pages, copied) = run(connection, "PRAGMA wal_checkpoint(NOOP)")?;
    if pages - copied >= large {
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
