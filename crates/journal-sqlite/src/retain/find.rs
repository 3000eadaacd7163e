//! Finding what is old enough to go, on a connection that is in nobody's way.

use rusqlite::{Connection, OptionalExtension as _};
use switchboard_core::journal::{EventPosition, LogPosition};

use crate::database::Pages;
use crate::failure::Failure;
use crate::index::{DONE, Key, Window, progress};
use crate::log::FrameRow;
use crate::reader::SqliteReader;

/// So many rows are removed in one transaction.
const STEP: u64 = 256;

/// So many keys are looked at at once.
pub(super) const KEYS: u64 = 2048;

/// Frames of so many bytes together are removed in one transaction, or a single larger one.
const STEP_BYTES: usize = 1 << 20;

/// Some frames that may go.
#[derive(Debug, Default)]
pub(super) struct Frames {
    pub(super) firsts: Vec<u64>,
    pub(super) deliveries: u64,
    /// When the last delivery of them was received.
    pub(super) newest: i64,
    /// Where to look on; `None` where all was looked at.
    pub(super) next: Option<u64>,
}

/// The first frames after `after` with nothing in them that was received after `cutoff`, that is
/// undecoded, or whose events some sink is not done with.
pub(super) fn frames(
    reader: &SqliteReader,
    mut after: u64,
    cutoff: i64,
) -> Result<Frames, Failure> {
    let index = &reader.index.connection;
    let decoded_to = progress(index)?.decoded_to.0;
    let last = reader.log.last_frame()?.map_or(0, |last| last.first);
    let mut found = Frames::default();
    let mut bytes = 0;
    loop {
        let page = reader.log.frames(after, 64)?;
        if page.is_empty() {
            return Ok(found);
        }
        for frame in page {
            let is_full = found.firsts.len() as u64 >= STEP || bytes > STEP_BYTES;
            if is_full {
                found.next = Some(after);
                return Ok(found);
            }
            // The last one stays: it tells where the log ends.
            let is_whole = frame.last <= decoded_to && frame.first < last;
            if frame.newest > cutoff || !is_whole {
                return Ok(found);
            }
            after = frame.first;
            if !is_pinned(index, frame)? {
                bytes += frame.bytes;
                found.firsts.push(frame.first);
                found.deliveries += frame.last - frame.first + 1;
                found.newest = found.newest.max(frame.newest);
            }
        }
    }
}

/// Whether a delivery of the frame is undecoded, or has an event that some sink is not done with.
fn is_pinned(index: &Connection, frame: FrameRow) -> Result<bool, Failure> {
    let span = (frame.first, frame.last);
    let mut undecoded =
        index.prepare_cached("SELECT 1 FROM undecoded WHERE position BETWEEN ?1 AND ?2")?;
    if undecoded.exists(span)? {
        return Ok(true);
    }
    let mut pinned = index.prepare_cached(&format!(
        "SELECT 1 FROM event WHERE delivery BETWEEN ?3 AND ?4 AND NOT ({DONE})"
    ))?;
    Ok(pinned.exists((0, i64::MAX, frame.first, frame.last))?)
}

/// The next events after `after` that every sink is done with and that were recorded at `cutoff` or
/// before; `None` where there are none.
pub(super) fn events(
    reader: &SqliteReader,
    after: u64,
    cutoff: i64,
) -> Result<Option<Window>, Failure> {
    let index = &reader.index.connection;
    let end = boundary(index, cutoff)?;
    let mut next = index.prepare_cached(&format!(
        "SELECT position FROM event WHERE {DONE} AND recorded <= ?3 ORDER BY position LIMIT 1"
    ))?;
    let first: Option<u64> = next
        .query_row((after, end, cutoff), |row| row.get(0))
        .optional()?;
    Ok(first.map(|first| Window {
        after: first - 1,
        to: end.min(first + STEP - 1),
        cutoff,
    }))
}

/// Some keys that may be forgotten.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) old: Vec<Key>,
    /// The last one that was looked at; `None` where all were.
    pub(super) last: Option<Key>,
}

/// Of a page of keys after `after`, those of events that are gone, of days up to this one. They
/// stand in no order of time, as an index of that would cost each event as much as its key does.
pub(super) fn keys(reader: &SqliteReader, after: &Key, until: i64) -> Result<Keys, Failure> {
    let index = &reader.index.connection;
    let mut page = index.prepare_cached(
        "SELECT key, day <= ?2 AND NOT EXISTS \
             (SELECT 1 FROM event WHERE event.position = seen.event) \
         FROM seen WHERE key > ?1 ORDER BY key LIMIT ?3",
    )?;
    let mut rows = page.query((after, until, KEYS))?;
    let (mut found, mut seen) = (Keys::default(), 0);
    while let Some(row) = rows.next()? {
        let key: Key = row.get(0)?;
        seen += 1;
        if row.get(1)? {
            found.old.push(key);
        }
        found.last = Some(key);
        if found.old.len() as u64 == STEP {
            return Ok(found);
        }
    }
    if seen < KEYS {
        found.last = None;
    }
    Ok(found)
}

/// The last event up to which all are old, as far as they stand in the order of their time. They
/// mostly do; where a clock was set, some go a little later.
fn boundary(index: &Connection, cutoff: i64) -> Result<u64, Failure> {
    let mut at = index.prepare_cached(
        "SELECT position, recorded FROM event WHERE position >= ?1 ORDER BY position LIMIT 1",
    )?;
    let (mut old, mut young) = (0, progress(index)?.events.0 + 1);
    while young - old > 1 {
        let middle = old + (young - old) / 2;
        let found: Option<(u64, i64)> = at
            .query_row([middle], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match found {
            Some((position, recorded)) if recorded <= cutoff => old = position.min(young - 1),
            _ => young = middle,
        }
    }
    Ok(old)
}

/// Some dead letters since `cutoff` or before, by sink.
pub(super) fn dead(
    reader: &SqliteReader,
    cutoff: i64,
) -> Result<Vec<(String, EventPosition)>, Failure> {
    let mut statement = reader
        .index
        .connection
        .prepare_cached("SELECT sink, event FROM dead WHERE at <= ?1 ORDER BY at LIMIT ?2")?;
    let rows = statement.query_map((cutoff, STEP), |row| {
        Ok((row.get(0)?, EventPosition(row.get(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The first undecoded deliveries, as far as they were received at `cutoff` or before.
pub(super) fn undecoded(reader: &SqliteReader, cutoff: i64) -> Result<Vec<LogPosition>, Failure> {
    let mut statement = reader
        .index
        .connection
        .prepare_cached("SELECT position FROM undecoded ORDER BY position LIMIT ?1")?;
    let mut rows = statement.query([STEP])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let position = row.get(0)?;
        let frame = reader.log.frame_of(position)?;
        // One whose frame is lost is as old as the one before it.
        if frame.is_some_and(|frame| frame.newest > cutoff) {
            break;
        }
        found.push(LogPosition(position));
    }
    Ok(found)
}

/// When the first and the last kept delivery was received, in microseconds.
pub(super) fn ages(reader: &SqliteReader) -> Result<Option<(i64, i64)>, Failure> {
    let first = reader.log.frames(0, 1)?.first().map(|frame| frame.newest);
    let last = reader.log.last_frame()?.map(|frame| frame.newest);
    Ok(first.zip(last))
}

/// How much room the log and the index take.
pub(super) fn pages(reader: &SqliteReader) -> Result<(Pages, Pages), Failure> {
    let log = Pages::of(&reader.log.connection)?;
    Ok((log, Pages::of(&reader.index.connection)?))
}

/// The moment that ages were last told by.
pub(super) fn retained_at(reader: &SqliteReader) -> Result<Option<i64>, Failure> {
    Ok(progress(&reader.index.connection)?.retained_at)
}
