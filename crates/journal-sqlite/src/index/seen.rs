//! Which events are known.

use rusqlite::{Connection, OptionalExtension as _};
use switchboard_core::journal::{EventPosition, LogPosition};

use super::generations::Generations;
use super::key::{self, Fingerprint, Key};
use crate::failure::Failure;

/// The keys of events that were recorded, in the database, and in memory what tells where to look for
/// one. After a transaction that failed, memory tells of more than there is, which costs a look; or
/// of no generation any more whose last keys were about to be removed, and are again by the next call.
#[derive(Debug)]
pub(crate) struct Seen {
    generations: Generations,
}

impl Seen {
    /// Reads what is known of the events up to `last`.
    pub(crate) fn load(connection: &Connection, last: EventPosition) -> Result<Self, Failure> {
        let last = key::generation(last);
        let first = first_key(connection)?.map_or(last, |first| key::generation_of(&first));
        let mut generations = Generations::from(first);
        for generation in first..=last {
            let mut filter =
                connection.prepare_cached("SELECT bits FROM filter WHERE generation = ?1")?;
            let filter: Option<Vec<u8>> = filter
                .query_row([generation], |row| row.get(0))
                .optional()?;
            if !filter.is_some_and(|filter| generations.take(generation, &filter)) {
                gather(connection, generation, &mut generations)?;
            }
        }
        Ok(Self { generations })
    }

    /// The key and the event of a fingerprint, if it is known.
    pub(super) fn find(
        &self,
        connection: &Connection,
        fingerprint: &Fingerprint,
    ) -> Result<Option<(Key, EventPosition)>, Failure> {
        for generation in self.generations.having(fingerprint) {
            let key = key::key(generation, fingerprint);
            let mut event = connection.prepare_cached("SELECT event FROM seen WHERE key = ?1")?;
            let event = event.query_row([key], |row| row.get(0)).optional()?;
            if let Some(event) = event {
                return Ok(Some((key, EventPosition(event))));
            }
        }
        Ok(None)
    }

    /// Makes a fingerprint known that was not: of this event, which `delivery` told of on that day.
    pub(super) fn add(
        &mut self,
        connection: &Connection,
        fingerprint: &Fingerprint,
        event: EventPosition,
        delivery: LogPosition,
        day: i64,
    ) -> Result<(), Failure> {
        let generation = key::generation(event);
        if key::is_first(event) {
            self.keep(connection, generation - 1)?;
        }
        connection
            .prepare_cached(
                "INSERT INTO seen (key, event, day, last, duplicates) VALUES (?1, ?2, ?3, ?4, 0)",
            )?
            .execute((key::key(generation, fingerprint), event.0, day, delivery.0))?;
        self.generations.add(generation, fingerprint);
        Ok(())
    }

    /// Forgets keys. Answers how many.
    pub(super) fn forget(&mut self, connection: &Connection, keys: &[Key]) -> Result<u64, Failure> {
        let mut statement = connection.prepare_cached("DELETE FROM seen WHERE key = ?1")?;
        let mut removed = 0;
        for key in keys {
            removed += statement.execute([key])? as u64;
        }
        if let Some(first) = first_key(connection)? {
            let first = key::generation_of(&first);
            connection
                .prepare_cached("DELETE FROM filter WHERE generation < ?1")?
                .execute([first])?;
            self.generations.forget_before(first);
        }
        Ok(removed)
    }

    /// Writes the filter of a generation that is full, so that the next start need not make it again.
    fn keep(&mut self, connection: &Connection, generation: u32) -> Result<(), Failure> {
        let bits = self.generations.one(generation);
        connection
            .prepare_cached("INSERT OR REPLACE INTO filter (generation, bits) VALUES (?1, ?2)")?
            .execute((generation, bits))?;
        Ok(())
    }
}

/// The first generation that has a key, and the last, if any has.
pub(crate) fn span(connection: &Connection) -> Result<Option<(u32, u32)>, Failure> {
    let last = connection
        .prepare_cached("SELECT key FROM seen ORDER BY key DESC LIMIT 1")?
        .query_row((), |row| row.get(0))
        .optional()?;
    let generation = |key: Key| key::generation_of(&key);
    Ok(first_key(connection)?
        .map(generation)
        .zip(last.map(generation)))
}

fn first_key(connection: &Connection) -> Result<Option<Key>, Failure> {
    let mut statement = connection.prepare_cached("SELECT key FROM seen ORDER BY key LIMIT 1")?;
    Ok(statement.query_row((), |row| row.get(0)).optional()?)
}

/// Makes the filter of a generation out of its keys.
fn gather(
    connection: &Connection,
    generation: u32,
    generations: &mut Generations,
) -> Result<(), Failure> {
    let mut statement =
        connection.prepare_cached("SELECT key FROM seen WHERE key >= ?1 AND key < ?2")?;
    let mut rows = statement.query((key::start(generation), key::start(generation + 1)))?;
    while let Some(row) = rows.next()? {
        let key: Key = row.get(0)?;
        generations.add(generation, key::fingerprint_of(&key));
    }
    Ok(())
}
