//! `log.db`: the deliveries, one row a commit.

mod frame;
mod reader;
mod record;

use rusqlite::Connection;
use switchboard_core::journal::LogPosition;
use tokio::sync::watch;

pub(crate) use reader::LogReader;
pub(crate) use record::encode;

use crate::database::Database;
use crate::failure::Failure;
use crate::queue::Bounds;
use crate::writer::Work;

pub(crate) const DATABASE: Database = Database {
    file: "log.db",
    application_id: i32::from_be_bytes(*b"SwbL"),
    schema: "
        CREATE TABLE frame (
            first INTEGER PRIMARY KEY,
            count INTEGER NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;
    ",
};

/// Deliveries that may wait for their commit.
pub(crate) const BOUNDS: Bounds = Bounds {
    entries: 4096,
    bytes: 64 << 20,
    batch_bytes: 4 << 20,
};

/// Writes frames.
#[derive(Debug)]
pub(crate) struct Log {
    end: watch::Sender<LogPosition>,
}

impl Log {
    /// Goes on after the last delivery, which `end` holds and goes on to tell.
    pub(crate) fn new(end: watch::Sender<LogPosition>) -> Self {
        Self { end }
    }
}

impl Work for Log {
    type Request = Vec<u8>;
    type Answer = LogPosition;

    fn commit(
        &mut self,
        connection: &mut Connection,
        records: &[Vec<u8>],
    ) -> Result<Vec<LogPosition>, Failure> {
        let first = self.end.borrow().0 + 1;
        let after = first + records.len() as u64;
        // Outside a transaction one statement is one transaction.
        connection
            .prepare_cached("INSERT INTO frame (first, count, bytes) VALUES (?1, ?2, ?3)")?
            .execute((first, records.len(), frame::pack(first, records)))?;
        self.end.send_replace(LogPosition(after - 1));
        Ok((first..after).map(LogPosition).collect())
    }
}
