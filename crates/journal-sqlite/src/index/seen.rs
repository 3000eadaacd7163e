//! Which events are known.

use rusqlite::{CachedStatement, Connection, OptionalExtension as _};
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
            let mut event = connection.prepare_cached("SELECT event FROM seen WHERE key = ?1")?;
            for stretch in key::stretches(generation).rev() {
                let key = key::key(stretch, fingerprint);
                let event = event.query_row([key], |row| row.get(0)).optional()?;
                if let Some(event) = event {
                    return Ok(Some((key, EventPosition(event))));
                }
            }
        }
        Ok(None)
    }

    /// Makes a fingerprint known that was not: of this event, which `delivery` told of on that day.
    pub(super) fn add(
        &mut self,
        adding: &mut Adding<'_>,
        fingerprint: &Fingerprint,
        event: EventPosition,
        delivery: LogPosition,
        day: i64,
    ) -> Result<(), Failure> {
        let generation = key::generation(event);
        if key::is_first(event) {
            self.keep(adding.connection, generation - 1)?;
        }
        let key = key::key(key::stretch(event), fingerprint);
        adding.insert.execute((key, event.0, day, delivery.0))?;
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

/// A transaction that adds keys.
pub(super) struct Adding<'a> {
    connection: &'a Connection,
    insert: CachedStatement<'a>,
}

impl<'a> Adding<'a> {
    pub(super) fn to(connection: &'a Connection) -> Result<Self, Failure> {
        let insert = connection.prepare_cached(
            "INSERT INTO seen (key, event, day, last, duplicates) VALUES (?1, ?2, ?3, ?4, 0)",
        )?;
        Ok(Self { connection, insert })
    }
}

/// The first stretch that has a key, and the last, if any has.
pub(crate) fn span(connection: &Connection) -> Result<Option<(u32, u32)>, Failure> {
    let last = connection
        .prepare_cached("SELECT key FROM seen ORDER BY key DESC LIMIT 1")?
        .query_row((), |row| row.get(0))
        .optional()?;
    let stretch = |key: Key| key::stretch_of(&key);
    Ok(first_key(connection)?.map(stretch).zip(last.map(stretch)))
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

#[cfg(test)]
mod tests {
    use std::ops::RangeInclusive;

    use tempfile::TempDir;

    use super::*;
    use crate::database::{Durability, PAGE};
    use crate::index::DATABASE;

    /// The last event of a generation, the third.
    const FULL: u64 = (3 << key::GENERATION_BITS) - 1;

    struct Scene {
        folder: TempDir,
        connection: Connection,
        seen: Seen,
    }

    impl Scene {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let connection = DATABASE
                .open(folder.path(), Durability::Checkpoint)
                .unwrap_or_else(|_| panic!("a new index is opened"));
            let seen = Seen::load(&connection, EventPosition(0)).unwrap();
            Self {
                folder,
                connection,
                seen,
            }
        }

        /// Makes these events known, in one transaction.
        fn add(&mut self, events: RangeInclusive<u64>) {
            let transaction = self.connection.unchecked_transaction().unwrap();
            let mut adding = Adding::to(&transaction).unwrap();
            for event in events {
                let (event, delivery) = (EventPosition(event), LogPosition(event));
                self.seen
                    .add(&mut adding, &of(event.0), event, delivery, 20_000)
                    .unwrap();
            }
            drop(adding);
            transaction.commit().unwrap();
        }

        fn forget(&mut self, events: impl Iterator<Item = u64>) {
            let key = |event| key::key(key::stretch(EventPosition(event)), &of(event));
            let keys: Vec<Key> = events.map(key).collect();
            let forgotten = self.seen.forget(&self.connection, &keys).unwrap();
            assert_eq!(forgotten, keys.len() as u64);
        }

        /// Those of `events` that are known.
        fn known(&self, events: impl Iterator<Item = u64>) -> Vec<u64> {
            let is_known = |event: &u64| {
                let found = self.seen.find(&self.connection, &of(*event)).unwrap();
                assert!(found.is_none_or(|(_, found)| found.0 == *event));
                found.is_some()
            };
            events.filter(is_known).collect()
        }

        /// As after a restart.
        fn load_again(&mut self, last: u64) {
            self.seen = Seen::load(&self.connection, EventPosition(last)).unwrap();
        }

        fn filters(&self) -> Vec<u32> {
            let mut statement = self.connection.prepare("SELECT generation FROM filter");
            let rows = statement.as_mut().unwrap().query_map((), |row| row.get(0));
            rows.unwrap().map(Result::unwrap).collect()
        }

        /// Pages that were written since the beginning.
        fn pages_written(&self) -> u64 {
            const HEADERS: (u64, u64) = (32, 24);
            let wal = self.folder.path().join("index.db-wal");
            (wal.metadata().unwrap().len() - HEADERS.0) / (HEADERS.1 + PAGE)
        }
    }

    fn of(event: u64) -> Fingerprint {
        key::fingerprint("/acme/support", &event.to_string())
    }

    /// One in each stretch of three generations.
    fn samples() -> impl Iterator<Item = u64> {
        (300..=FULL).step_by(512)
    }

    #[test]
    fn an_event_is_found_in_whichever_stretch_of_whichever_generation() {
        let mut scene = Scene::new();
        scene.add(1..=FULL);

        assert_eq!(samples().count(), 24);
        for filters in ["as they grew", "read back", "made again"] {
            let known = scene.known(samples());
            assert!(known.into_iter().eq(samples()), "filters {filters}");
            if filters == "read back" {
                scene.connection.execute("DELETE FROM filter", ()).unwrap();
            }
            scene.load_again(FULL);
        }
    }

    #[test]
    fn what_is_forgotten_takes_nothing_else_along() {
        let mut scene = Scene::new();
        scene.add(1..=FULL);
        // Five stretches of eight.
        let gone = 5 * 512;
        scene.forget(1..gone);

        for _ in ["at once", "after a restart"] {
            let known = scene.known(samples());
            assert!(
                known
                    .into_iter()
                    .eq(samples().filter(|event| *event >= gone))
            );
            assert_eq!(scene.filters(), [0, 1], "the first is still asked");
            scene.load_again(FULL);
        }
        let gone_too = 8 * 512;
        scene.forget(gone..gone_too);
        assert_eq!(scene.filters(), [1]);
        let known = scene.known(samples());
        assert!(
            known
                .into_iter()
                .eq(samples().filter(|event| *event >= gone_too))
        );
    }

    #[test]
    fn the_keys_of_a_commit_lie_on_a_few_pages() {
        const COMMIT: u64 = 128;
        let mut scene = Scene::new();
        scene.add(1..=FULL);
        let before = scene.pages_written();

        for commit in 0..32 {
            let first = FULL + 1 + commit * COMMIT;
            scene.add(first..=first + COMMIT - 1);
        }

        let written = scene.pages_written() - before;
        assert!(written < 32 * 5, "{written} pages");
    }
}
