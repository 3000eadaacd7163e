//! Recording what deliveries were decoded to.

use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};
use switchboard_core::journal::{
    Decoded, EventPosition, LogPosition, Tally, Undecoded, UndecodedCause,
};
use switchboard_core::sink::Envelope;

use super::counts::Progress;
use super::key::{Key, day, fingerprint};
use super::reader::{Body, EventRow};
use super::seen::{Adding, Seen};
use super::{duplicate, word};
use crate::failure::Failure;
use crate::lane::Lane;

/// A transaction that records events.
pub(super) struct Recording<'a> {
    pub(super) connection: &'a Connection,
    pub(super) progress: &'a mut Progress,
    pub(super) seen: &'a mut Seen,
    /// The events that are new, to be known once it is committed.
    news: &'a mut Vec<EventRow>,
    // Looked up once, and not for each event.
    adding_keys: Adding<'a>,
    insert_event: CachedStatement<'a>,
}

impl<'a> Recording<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        progress: &'a mut Progress,
        seen: &'a mut Seen,
        news: &'a mut Vec<EventRow>,
    ) -> Result<Self, Failure> {
        let insert_event = connection.prepare_cached(
            "INSERT INTO event (position, delivery, lane, recorded, sinks, id, source, kind, \
                 endpoint, checksum, json) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        Ok(Self {
            connection,
            progress,
            seen,
            news,
            adding_keys: Adding::to(connection)?,
            insert_event,
        })
    }

    /// Records deliveries, up to the first that `batch` leaves out: what is behind that one will be
    /// handed out again with it.
    pub(super) fn record(&mut self, batch: &[Decoded]) -> Result<Tally, Failure> {
        let mut tally = Tally::default();
        let mut noted = pass_noted(self.connection, self.progress)?;
        for recorded in batch {
            if recorded.position.0 > self.progress.decoded_to.0 + 1 {
                break;
            }
            self.record_one(recorded, &mut tally)?;
            if noted == Some(self.progress.decoded_to.0 + 1) {
                noted = pass_noted(self.connection, self.progress)?;
            }
        }
        Ok(tally)
    }

    /// One that was recorded before is recorded anew: a better adapter can turn an undecoded delivery
    /// into events, and no delivery is counted twice.
    fn record_one(&mut self, recorded: &Decoded, tally: &mut Tally) -> Result<(), Failure> {
        let position = recorded.position;
        let is_first_time = position > self.progress.decoded_to;
        self.progress.decoded_to = self.progress.decoded_to.max(position);
        match &recorded.outcome {
            Ok(events) => {
                for event in events {
                    self.insert(position, event, tally)?;
                }
                if is_first_time {
                    self.progress.decoded += 1;
                } else if forget_undecoded(self.connection, position)? {
                    self.progress.undecoded -= 1;
                    self.progress.decoded += 1;
                }
            }
            Err(undecoded) if is_first_time => {
                tally.undecoded += 1;
                self.progress.undecoded += note(self.connection, position, undecoded)?;
            }
            Err(undecoded) => {
                tally.undecoded += 1;
                self.connection
                    .prepare_cached(
                        "UPDATE undecoded SET cause = ?2, reason = ?3 WHERE position = ?1",
                    )?
                    .execute((position.0, word::from(undecoded.cause), &undecoded.reason))?;
            }
        }
        Ok(())
    }

    fn insert(
        &mut self,
        delivery: LogPosition,
        event: &Arc<Envelope>,
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        match self.keep(delivery, event, None)? {
            Kept::New => tally.events += 1,
            Kept::Known(key, event) => {
                self.progress.duplicates += 1;
                tally.duplicates += 1;
                duplicate::link(self.connection, &key, event, delivery)?;
            }
        }
        Ok(())
    }

    /// Keeps an event whose key is new, for these sinks alone, a JSON list, or for all.
    pub(super) fn keep(
        &mut self,
        delivery: LogPosition,
        envelope: &Arc<Envelope>,
        sinks: Option<&str>,
    ) -> Result<Kept, Failure> {
        let json = envelope.json();
        let fingerprint = fingerprint(envelope.source(), envelope.id());
        if let Some((key, event)) = self.seen.find(self.connection, &fingerprint)? {
            return Ok(Kept::Known(key, event));
        }
        let position = EventPosition(self.progress.events.0 + 1);
        let lane = Lane::of(envelope.partitionkey());
        let recorded = envelope.recordedtime().as_micros();
        self.seen.add(
            &mut self.adding_keys,
            &fingerprint,
            position,
            delivery,
            day(recorded),
        )?;
        self.progress.events = position;
        self.insert_event.execute((
            position.0,
            delivery.0,
            lane,
            recorded,
            sinks,
            envelope.id(),
            envelope.source(),
            envelope.short_kind(),
            envelope.endpoint(),
            crc32fast::hash(json),
            Json(json),
        ))?;
        self.news.push(EventRow {
            position,
            delivery,
            lane,
            sinks: sinks.map(str::to_owned),
            body: Body::Sealed(Arc::clone(envelope)),
        });
        Ok(Kept::New)
    }
}

/// Whether an event was kept, or was there already.
pub(super) enum Kept {
    New,
    Known(Key, EventPosition),
}

/// Notes damaged deliveries. They may be found again and again until the ones behind them are
/// recorded.
pub(super) fn damaged(
    connection: &Connection,
    positions: &[LogPosition],
    progress: &mut Progress,
) -> Result<(), Failure> {
    let undecoded = Undecoded {
        cause: UndecodedCause::Damaged,
        reason: "it does not match its checksum".to_owned(),
    };
    for &position in positions {
        progress.undecoded += note(connection, position, &undecoded)?;
    }
    pass_noted(connection, progress)?;
    Ok(())
}

/// Moves past damaged deliveries, which are noted before their turn comes. Answers the next one that
/// is noted.
fn pass_noted(connection: &Connection, progress: &mut Progress) -> Result<Option<u64>, Failure> {
    let mut next =
        connection.prepare_cached("SELECT min(position) FROM undecoded WHERE position > ?1")?;
    loop {
        let next = next.query_row([progress.decoded_to.0], |row| row.get(0))?;
        if next != Some(progress.decoded_to.0 + 1) {
            return Ok(next);
        }
        progress.decoded_to.0 += 1;
    }
}

/// One if the delivery was not undecoded before.
fn note(
    connection: &Connection,
    position: LogPosition,
    undecoded: &Undecoded,
) -> Result<u64, Failure> {
    let mut statement = connection.prepare_cached(
        "INSERT OR IGNORE INTO undecoded (position, cause, reason) VALUES (?1, ?2, ?3)",
    )?;
    let inserted =
        statement.execute((position.0, word::from(undecoded.cause), &undecoded.reason))?;
    Ok(inserted as u64)
}

fn forget_undecoded(connection: &Connection, position: LogPosition) -> Result<bool, Failure> {
    let mut statement = connection.prepare_cached("DELETE FROM undecoded WHERE position = ?1")?;
    Ok(statement.execute([position.0])? > 0)
}

/// JSON as text.
struct Json<'a>(&'a [u8]);

impl ToSql for Json<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}
