//! Reading events and what waits.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row};
use switchboard_core::Timestamp;
use switchboard_core::journal::{EventPosition, LogPosition};
use switchboard_core::sink::Envelope;

use super::{HELD, Recent};
use crate::failure::Failure;
use crate::lane::Lane;

/// Reads the index.
#[derive(Debug)]
pub(crate) struct IndexReader {
    pub(crate) connection: Connection,
    recent: Arc<Mutex<Recent>>,
}

/// The columns of an [`EventRow`].
pub(crate) const EVENT: &str = "position, delivery, lane, sinks, checksum, json";

/// An event as it was recorded.
#[derive(Clone, Debug)]
pub(crate) struct EventRow {
    pub(crate) position: EventPosition,
    pub(crate) delivery: LogPosition,
    pub(crate) lane: Lane,
    pub(super) sinks: Option<String>,
    pub(super) body: Body,
}

/// Where an event's envelope comes from.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// It was recorded by this process, or read before.
    Sealed(Arc<Envelope>),
    /// It is made of what the database has.
    Stored { checksum: u32, json: Bytes },
}

/// An event that waits for another attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    pub(crate) event: EventPosition,
    pub(crate) lane: Lane,
    pub(crate) at: Timestamp,
    pub(crate) attempts: u32,
    pub(crate) first_attempt: Option<Timestamp>,
}

impl IndexReader {
    pub(crate) fn new(connection: Connection, recent: Arc<Mutex<Recent>>) -> Self {
        Self { connection, recent }
    }

    /// The event at `position`, which there must be.
    pub(crate) fn event(&self, position: EventPosition) -> Result<EventRow, Failure> {
        let recent = self.recent.lock().expect("no holder panics").get(position);
        if let Some(event) = recent {
            return Ok(event);
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT position, delivery, lane, sinks, checksum, json FROM event WHERE position = ?1",
        )?;
        let event = statement.query_row([position.0], EventRow::read);
        let missing = || Failure::corrupt(format!("event {position} is missing"));
        event.optional()?.ok_or_else(missing)
    }

    /// At most `limit` events that wait at `sink` and are due after `after`, which is a moment in
    /// microseconds and an event, and not after `to`; the earliest first.
    pub(crate) fn due(
        &self,
        sink: &str,
        after: (i64, u64),
        to: i64,
        limit: usize,
    ) -> Result<Vec<Due>, Failure> {
        let mut statement = self.connection.prepare_cached(
            "SELECT event, lane, due, attempts, first_attempt FROM retry \
             WHERE sink = ?1 AND (due, event) > (?2, ?3) AND due <= ?4 ORDER BY due, event LIMIT ?5",
        )?;
        let mut rows = statement.query((sink, after.0, after.1, to, limit))?;
        let mut page = Vec::new();
        while let Some(row) = rows.next()? {
            page.push(due(row)?);
        }
        Ok(page)
    }

    /// Whether events of `sink` are held until their lane is free.
    pub(crate) fn has_held(&self, sink: &str) -> Result<bool, Failure> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT 1 FROM retry WHERE sink = ?1 AND due = ?2")?;
        Ok(statement.exists((sink, HELD))?)
    }
}

/// The first event of a lane that waits at `sink`, and when it is due.
pub(crate) fn first_retry(
    connection: &Connection,
    sink: &str,
    lane: Lane,
) -> Result<Option<(EventPosition, i64)>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT event, due FROM retry WHERE sink = ?1 AND lane = ?2 ORDER BY event LIMIT 1",
    )?;
    let first = statement.query_row((sink, lane), |row| {
        Ok((EventPosition(row.get(0)?), row.get(1)?))
    });
    Ok(first.optional()?)
}

/// The first dead letter of a lane at `sink`.
pub(crate) fn first_dead(
    connection: &Connection,
    sink: &str,
    lane: Lane,
) -> Result<Option<EventPosition>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT event FROM dead WHERE sink = ?1 AND lane = ?2 ORDER BY event LIMIT 1",
    )?;
    let first = statement.query_row((sink, lane), |row| row.get(0));
    Ok(first.optional()?.map(EventPosition))
}

impl EventRow {
    /// Reads the columns of [`EVENT`].
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            position: EventPosition(row.get(0)?),
            delivery: LogPosition(row.get(1)?),
            lane: row.get(2)?,
            sinks: row.get(3)?,
            body: Body::Stored {
                checksum: row.get(4)?,
                json: row.get::<_, String>(5)?.into(),
            },
        })
    }

    pub(super) fn bytes(&self) -> usize {
        match &self.body {
            Body::Sealed(envelope) => envelope.json().len(),
            Body::Stored { json, .. } => json.len(),
        }
    }

    /// Whether it may be given to `sink` at all.
    pub(crate) fn is_meant_for(&self, sink: &str) -> Result<bool, Failure> {
        let Some(sinks) = &self.sinks else {
            return Ok(true);
        };
        let sinks: Vec<String> = serde_json::from_str(sinks).map_err(Failure::corrupt)?;
        Ok(sinks.iter().any(|name| name == sink))
    }

    /// `None` when its JSON cannot be read back: SQLite and the checksum vouch for the bytes, and
    /// still they may be nested deeper than what reads them follows. What can be read is read once.
    pub(crate) fn envelope(&mut self) -> Result<Option<Arc<Envelope>>, Failure> {
        let (checksum, json) = match &self.body {
            Body::Sealed(envelope) => return Ok(Some(Arc::clone(envelope))),
            Body::Stored { checksum, json } => (*checksum, json),
        };
        if crc32fast::hash(json) != checksum {
            let damaged = format!("event {} does not match its checksum", self.position);
            return Err(Failure::corrupt(damaged));
        }
        let envelope = Envelope::read(json.clone()).ok().map(Arc::new);
        if let Some(envelope) = &envelope {
            self.body = Body::Sealed(Arc::clone(envelope));
        }
        Ok(envelope)
    }
}

fn due(row: &Row<'_>) -> Result<Due, Failure> {
    let first_attempt: Option<i64> = row.get(4)?;
    Ok(Due {
        event: EventPosition(row.get(0)?),
        lane: row.get(1)?,
        at: moment(row.get(2)?)?,
        attempts: row.get(3)?,
        first_attempt: first_attempt.map(moment).transpose()?,
    })
}

pub(crate) fn moment(micros: i64) -> Result<Timestamp, Failure> {
    Timestamp::from_micros(micros).ok_or_else(|| Failure::corrupt("a moment is out of range"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use switchboard_core::{DedupKey, Draft, Event};

    use super::*;

    #[test]
    fn an_event_is_read_once() {
        let draft = Draft::unknown("x", json!({}), DedupKey::provider(["1"]));
        let json = Envelope::sealed(Event::for_test(draft)).json().clone();
        let checksum = crc32fast::hash(&json);
        let mut row = EventRow {
            position: EventPosition(1),
            delivery: LogPosition(1),
            lane: Lane(0),
            sinks: None,
            body: Body::Stored { checksum, json },
        };

        let [first, again] = [(); 2].map(|()| row.envelope().unwrap().unwrap());

        assert!(Arc::ptr_eq(&first, &again));
    }
}
