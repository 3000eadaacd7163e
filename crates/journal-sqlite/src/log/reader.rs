//! Reading deliveries.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row};
use switchboard_core::journal::{LogPosition, Stored};

use super::frame::Frame;
use super::fresh::Fresh;
use super::{BOUNDS, record};
use crate::failure::Failure;

/// Bodies of so many bytes are handed out at once, and a frame more.
const ENOUGH: usize = 8 << 20;

/// Reads by position. Keeps the last frame, as what is read next is mostly in it.
#[derive(Debug)]
pub(crate) struct LogReader {
    pub(crate) connection: Connection,
    last: Option<Frame>,
    /// What need not be read.
    fresh: Arc<Mutex<Fresh>>,
}

/// Consecutive deliveries.
#[derive(Debug)]
pub(crate) struct Slice {
    /// Those that match their checksum.
    pub(crate) sound: Vec<Stored>,
    /// Those that do not.
    pub(crate) damaged: Vec<LogPosition>,
    /// The last of them all.
    pub(crate) end: LogPosition,
}

/// A frame without its deliveries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameRow {
    pub(crate) first: u64,
    /// The last position in it.
    pub(crate) last: u64,
    /// When the last of its deliveries was received, in microseconds.
    pub(crate) newest: i64,
    pub(crate) bytes: usize,
}

impl LogReader {
    pub(crate) fn new(connection: Connection) -> Self {
        Self::beside(connection, Arc::default())
    }

    /// One that is handed what was just committed.
    pub(crate) fn beside(connection: Connection, fresh: Arc<Mutex<Fresh>>) -> Self {
        Self {
            connection,
            last: None,
            fresh,
        }
    }

    /// The last delivery; zero when there is none.
    pub(crate) fn end(&self) -> Result<LogPosition, Failure> {
        let last = self
            .connection
            .prepare_cached("SELECT first + count - 1 FROM frame ORDER BY first DESC LIMIT 1")?
            .query_row((), |row| row.get(0))
            .optional()?;
        Ok(LogPosition(last.unwrap_or_default()))
    }

    /// How many deliveries are no longer kept.
    pub(crate) fn expired(&self) -> Result<u64, Failure> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT count FROM expired")?;
        Ok(statement.query_row((), |row| row.get(0))?)
    }

    /// The first frames after the position `after`, at most `limit`.
    pub(crate) fn frames(&self, after: u64, limit: usize) -> Result<Vec<FrameRow>, Failure> {
        let mut statement = self.connection.prepare_cached(
            "SELECT first, first + count - 1, newest, length(bytes) FROM frame \
             WHERE first > ?1 ORDER BY first LIMIT ?2",
        )?;
        let rows = statement.query_map((after, limit), FrameRow::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The last frame.
    pub(crate) fn last_frame(&self) -> Result<Option<FrameRow>, Failure> {
        let mut statement = self.connection.prepare_cached(
            "SELECT first, first + count - 1, newest, length(bytes) FROM frame \
             ORDER BY first DESC LIMIT 1",
        )?;
        Ok(statement.query_row((), FrameRow::read).optional()?)
    }

    /// The last frame that begins at `position` or before.
    pub(crate) fn frame_of(&self, position: u64) -> Result<Option<FrameRow>, Failure> {
        let mut statement = self.connection.prepare_cached(
            "SELECT first, first + count - 1, newest, length(bytes) FROM frame \
             WHERE first <= ?1 ORDER BY first DESC LIMIT 1",
        )?;
        Ok(statement.query_row([position], FrameRow::read).optional()?)
    }

    /// Lets go of the frame that it keeps, which may be no longer kept.
    pub(crate) fn forget(&mut self) {
        self.last = None;
    }

    /// The delivery at `position`, if it is kept; the inner `None` when it is damaged.
    pub(crate) fn get(&mut self, position: LogPosition) -> Result<Option<Option<Stored>>, Failure> {
        const BEFORE: &str =
            "SELECT first, count, bytes FROM frame WHERE first <= ?1 ORDER BY first DESC LIMIT 1";
        if i64::try_from(position.0).is_err() {
            // SQLite has no such number.
            return Ok(None);
        }
        if !self.holds(position) {
            self.load(BEFORE, position)?;
        }
        let frame = self.last.as_ref().filter(|frame| frame.contains(position));
        Ok(frame.map(|frame| read(frame, position)))
    }

    /// At most `limit` deliveries after `position`, up to `end`, which is committed.
    pub(crate) fn after(
        &mut self,
        position: LogPosition,
        end: LogPosition,
        limit: usize,
    ) -> Result<Slice, Failure> {
        let mut slice = Slice {
            sound: Vec::new(),
            damaged: Vec::new(),
            end: position,
        };
        let mut bytes = 0;
        while slice.end < end && slice.sound.len() < limit && bytes < ENOUGH {
            let next = LogPosition(slice.end.0 + 1);
            // What is committed behind `end` is not told yet.
            let told = usize::try_from(end.0 - slice.end.0).unwrap_or(usize::MAX);
            let most = told.min(limit - slice.sound.len());
            let taken = self.take_fresh(next, most, ENOUGH - bytes);
            if let Some(last) = taken.last() {
                slice.end = last.position;
                let bodies = taken.iter().map(|stored| stored.intake.delivery.body.len());
                bytes += bodies.sum::<usize>();
                slice.sound.extend(taken);
                continue;
            }
            slice.end = next;
            match self.get(next)? {
                Some(Some(stored)) => {
                    bytes += stored.intake.delivery.body.len();
                    slice.sound.push(stored);
                }
                Some(None) => slice.damaged.push(next),
                None => {
                    slice.end = self.end_of_gap(next, end)?;
                    let gap = (next.0..=slice.end.0).map(LogPosition);
                    slice.damaged.extend(gap);
                }
            }
        }
        Ok(slice)
    }

    /// Those that were just committed, from `first` on.
    fn take_fresh(&self, first: LogPosition, limit: usize, enough: usize) -> Vec<Stored> {
        let mut fresh = self.fresh.lock().expect("no holder panics");
        let records = fresh.take(first, limit, enough);
        drop(fresh);
        let records = (first.0..).map(LogPosition).zip(&records);
        // One that cannot be read is found to be damaged on the disk too.
        records
            .map_while(|(position, record)| record::decode(position, record))
            .collect()
    }

    /// The last delivery that is missing where `position` is. A row that was damaged can hide what
    /// it held: a frame's worth at most.
    fn end_of_gap(
        &mut self,
        position: LogPosition,
        end: LogPosition,
    ) -> Result<LogPosition, Failure> {
        const AFTER: &str =
            "SELECT first, count, bytes FROM frame WHERE first > ?1 ORDER BY first LIMIT 1";
        self.load(AFTER, position)?;
        let next = self.last.as_ref().map(|frame| frame.first().0 - 1);
        let last = next.map_or(end, |next| LogPosition(next).min(end));
        if last.0 - position.0 >= BOUNDS.entries as u64 {
            let gap = format!("deliveries {position} to {last} are not in the log");
            return Err(Failure::corrupt(gap));
        }
        Ok(last)
    }

    fn holds(&self, position: LogPosition) -> bool {
        self.last
            .as_ref()
            .is_some_and(|frame| frame.contains(position))
    }

    fn load(&mut self, query: &str, position: LogPosition) -> Result<(), Failure> {
        // Let go of the frame first: two of them need not be in memory at once.
        self.last = None;
        let mut statement = self.connection.prepare_cached(query)?;
        self.last = statement.query_row([position.0], frame).optional()?;
        Ok(())
    }
}

impl FrameRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            first: row.get(0)?,
            last: row.get(1)?,
            newest: row.get(2)?,
            bytes: row.get(3)?,
        })
    }
}

fn frame(row: &Row<'_>) -> rusqlite::Result<Frame> {
    let bytes: Vec<u8> = row.get(2)?;
    Ok(Frame::new(row.get(0)?, row.get(1)?, Bytes::from(bytes)))
}

fn read(frame: &Frame, position: LogPosition) -> Option<Stored> {
    record::decode(position, &frame.record(position)?)
}
