//! `log.db`: the deliveries, one row a commit.

mod expire;
mod frame;
mod fresh;
mod gathering;
mod reader;
mod record;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use rusqlite::{Connection, TransactionBehavior};
use switchboard_core::Timestamp;
use switchboard_core::journal::LogPosition;
use tokio::sync::watch;
use tokio::time::Instant;

pub(crate) use fresh::Fresh;
pub(crate) use reader::{FrameRow, LogReader};
pub(crate) use record::encode;

use self::gathering::Gathering;
use crate::checkpoint;
use crate::database::{Database, shrink};
use crate::failure::Failure;
use crate::meter::Meter;
use crate::queue::Bounds;
use crate::writer::Work;

pub(crate) const DATABASE: Database = Database {
    file: "log.db",
    application_id: i32::from_be_bytes(*b"SwbL"),
    schema: "
        CREATE TABLE frame (
            first  INTEGER PRIMARY KEY,
            count  INTEGER NOT NULL,
            newest INTEGER NOT NULL, -- when the last of it was received, in microseconds
            bytes  BLOB NOT NULL
        ) STRICT;
        -- Deliveries that are no longer kept. One row.
        CREATE TABLE expired (
            one   INTEGER PRIMARY KEY CHECK (one = 1),
            count INTEGER NOT NULL
        ) STRICT;
        INSERT INTO expired VALUES (1, 0);
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
    fresh: Arc<Mutex<Fresh>>,
    meter: Arc<Meter>,
    gathering: Gathering,
}

impl Log {
    /// Goes on after the last delivery, which `end` holds and goes on to tell; `fresh` is given what
    /// is committed. `decoded` tells of the last one that was decoded.
    pub(crate) fn new(
        end: watch::Sender<LogPosition>,
        fresh: Arc<Mutex<Fresh>>,
        decoded: watch::Receiver<LogPosition>,
        meter: Arc<Meter>,
    ) -> Self {
        Self {
            end,
            fresh,
            meter,
            gathering: Gathering::new(decoded),
        }
    }
}

/// What is asked of the thread that writes to the log.
#[derive(Debug)]
pub(crate) enum LogRequest {
    /// Append a delivery.
    Append { record: Bytes, received: Timestamp },
    /// Remove frames, by their first position.
    Expire(Vec<u64>),
    /// Give so many free pages back to the file system.
    Shrink(u32),
}

impl Work for Log {
    type Request = LogRequest;
    type Answer = LogPosition;

    fn commit(
        &mut self,
        connection: &mut Connection,
        requests: &[LogRequest],
    ) -> Result<Vec<LogPosition>, Failure> {
        let begun = Instant::now();
        let last = *self.end.borrow();
        let (mut end, mut newest) = (last, i64::MIN);
        let (mut records, mut chores, mut answers) = (Vec::new(), Vec::new(), Vec::new());
        for request in requests {
            match request {
                LogRequest::Append { record, received } => {
                    records.push(record);
                    newest = newest.max(received.as_micros());
                    end.0 += 1;
                }
                chore => chores.push(chore),
            }
            answers.push(end);
        }
        if chores.is_empty() {
            // Outside a transaction one statement is one transaction.
            append(connection, last, newest, &records)?;
        } else {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            append(&transaction, last, newest, &records)?;
            for chore in chores {
                match chore {
                    LogRequest::Expire(frames) => expire::frames(&transaction, frames)?,
                    LogRequest::Shrink(pages) => shrink(&transaction, *pages)?,
                    LogRequest::Append { .. } => {}
                }
            }
            transaction.commit()?;
        }
        if !records.is_empty() {
            let now = Instant::now();
            self.meter.committed(records.len(), now - begun);
            self.gathering.committed(records.len(), end, now);
        }
        let mut fresh = self.fresh.lock().expect("no holder panics");
        for (position, record) in (last.0 + 1..).zip(records) {
            fresh.add(LogPosition(position), record);
        }
        drop(fresh);
        self.end.send_replace(end);
        Ok(answers)
    }

    fn checkpoint(&mut self, connection: &Connection) -> Result<(), Failure> {
        checkpoint::if_large(connection, checkpoint::FEW)
    }

    fn pause(&mut self) -> Duration {
        self.gathering.pause(Instant::now())
    }
}

/// Appends a frame of the deliveries after `last`, if there are any.
fn append(
    connection: &Connection,
    last: LogPosition,
    newest: i64,
    records: &[&Bytes],
) -> Result<(), Failure> {
    if records.is_empty() {
        return Ok(());
    }
    let first = last.0 + 1;
    connection
        .prepare_cached("INSERT INTO frame (first, count, newest, bytes) VALUES (?1, ?2, ?3, ?4)")?
        .execute((first, records.len(), newest, frame::pack(first, records)))?;
    Ok(())
}
