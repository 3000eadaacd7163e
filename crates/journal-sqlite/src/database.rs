//! One SQLite file: how it is made, recognised and set.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::directory;
use crate::error::{OpenError, Unopened};
use crate::failure::Failure;

/// The schema version of every file.
const VERSION: u32 = 4;

/// Bytes of a page.
pub(crate) const PAGE: u64 = 16384;

/// The first SQLite without the bug that a WAL, reset while another connection writes, loses
/// committed pages.
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long to wait for somebody else's lock. Our own connections never wait for each other.
const PATIENCE: Duration = Duration::from_secs(5);

/// What sets one database apart from another.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) file: &'static str,
    /// In the file's header: tells our files from others, and from each other.
    pub(crate) application_id: i32,
    pub(crate) schema: &'static str,
}

/// When SQLite calls `fsync`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Durability {
    /// At every commit: `synchronous=FULL`.
    Full,
    /// At checkpoints only. Loses the last commits when the power fails: for what nobody was
    /// promised, and for the test which shows that the power-loss test would notice.
    Checkpoint,
}

impl Database {
    /// Opens the file in `directory` for the one connection that writes; makes it when it is new.
    pub(crate) fn open(
        &self,
        directory: &Path,
        durability: Durability,
    ) -> Result<Connection, Unopened> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(OpenError::OldSqlite(rusqlite::version()).into());
        }
        let path = directory.join(self.file);
        // SQLite gives the WAL and its index the mode of the database, so 0600 holds for them too.
        directory::create_file(&path).map_err(|source| OpenError::io(&path, source))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&path, flags)?;
        prepare(&connection)?;
        let is_new = self.is_new(&connection)?;
        if is_new {
            connection.pragma_update(None, "page_size", PAGE)?;
            // Before the first table, or not at all: what is deleted can be given back.
            connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        }
        make_durable(&connection, durability)?;
        if is_new {
            self.create(&mut connection)?;
        }
        Ok(connection)
    }

    /// Opens the file in `directory` to read it, beside one that writes or alone.
    pub(crate) fn read(&self, directory: &Path) -> Result<Connection, Unopened> {
        let path = directory.join(self.file);
        if !path.exists() {
            return Err(OpenError::Missing(directory.to_owned()).into());
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags)?;
        prepare(&connection)?;
        if self.is_new(&connection)? {
            return Err(OpenError::Missing(directory.to_owned()).into());
        }
        Ok(connection)
    }

    /// Whether the file is empty; fails when it holds something that we cannot use.
    fn is_new(&self, connection: &Connection) -> Result<bool, Unopened> {
        let application_id: i32 =
            connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let tables: u32 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
        match (application_id, version, tables) {
            (0, 0, 0) => Ok(true),
            (id, VERSION, _) if id == self.application_id => Ok(false),
            (id, found @ 1..VERSION, _) if id == self.application_id => {
                Err(OpenError::Unreleased {
                    file: self.file,
                    found,
                }
                .into())
            }
            (id, found, _) if id == self.application_id && found > VERSION => {
                Err(OpenError::Newer {
                    file: self.file,
                    found,
                    known: VERSION,
                }
                .into())
            }
            _ => Err(OpenError::Foreign { file: self.file }.into()),
        }
    }

    /// Makes the tables in one transaction: a file is either still new or whole.
    fn create(&self, connection: &mut Connection) -> Result<(), Unopened> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(self.schema)?;
        transaction.pragma_update(None, "application_id", self.application_id)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        Ok(transaction.commit()?)
    }
}

/// Gives free pages back to the file system, at most so many.
pub(crate) fn shrink(connection: &Connection, pages: u32) -> Result<(), Failure> {
    Ok(connection.execute_batch(&format!("PRAGMA incremental_vacuum({pages})"))?)
}

/// How much room one file takes, in pages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pages {
    /// All of them.
    pub(crate) all: u64,
    /// Those with nothing in them.
    pub(crate) free: u64,
}

impl Pages {
    pub(crate) fn of(connection: &Connection) -> Result<Self, Failure> {
        let count = |name| connection.pragma_query_value(None, name, |row| row.get(0));
        Ok(Self {
            all: count("page_count")?,
            free: count("freelist_count")?,
        })
    }
}

/// Settings of every connection. Extensions stay off, as SQLite has them unless asked.
fn prepare(connection: &Connection) -> Result<(), Unopened> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // A page that fails to be read through a mapping is a signal, not an error.
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "cache_size", -8192)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(())
}

/// Settings that the promises rest on, read back: SQLite ignores a setting that it does not know.
fn make_durable(connection: &Connection, durability: Durability) -> Result<(), Unopened> {
    // To its end, as SQLite answers `wal` first and commits the change after.
    connection.pragma(None, "journal_mode", "wal", |_| Ok(()))?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::Setting("journal_mode=wal").into());
    }
    let level = match durability {
        Durability::Full => 2,
        Durability::Checkpoint => 1,
    };
    connection.pragma_update(None, "synchronous", level)?;
    let synchronous: i32 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if synchronous != level {
        return Err(OpenError::Setting("synchronous").into());
    }
    // Where `fsync` leaves the data in the drive's cache (macOS); elsewhere without effect.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    // The writer makes its checkpoints itself: after it has answered, and never after a failure.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: Database = Database {
        file: "test.db",
        application_id: 7,
        schema: "CREATE TABLE thing (id INTEGER PRIMARY KEY);",
    };

    fn open(directory: &Path) -> Result<Connection, OpenError> {
        Ok(DATABASE.open(directory, Durability::Full)?)
    }

    #[test]
    fn every_commit_is_synced() {
        let directory = tempfile::tempdir().unwrap();
        for _ in ["new", "opened again"] {
            let connection = open(directory.path()).unwrap();

            let pragma = |name| -> i64 {
                connection
                    .pragma_query_value(None, name, |row| row.get(0))
                    .unwrap()
            };
            assert_eq!(pragma("synchronous"), 2);
            assert_eq!(pragma("page_size"), 16384);
            assert_eq!(pragma("auto_vacuum"), 2, "incremental");
            assert_eq!(pragma("wal_autocheckpoint"), 0);
            assert_eq!(pragma("mmap_size"), 0);
        }
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let connection = open(directory.path()).unwrap();
        connection
            .pragma_update(None, "user_version", VERSION + 1)
            .unwrap();
        drop(connection);

        for error in [
            open(directory.path()).unwrap_err(),
            DATABASE.read(directory.path()).unwrap_err().into(),
        ] {
            assert!(
                matches!(
                    error,
                    OpenError::Newer {
                        found: 5,
                        known: 4,
                        ..
                    }
                ),
                "{error:?}"
            );
        }
    }

    #[test]
    fn a_schema_that_was_never_released_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let connection = open(directory.path()).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        drop(connection);

        let error = open(directory.path()).unwrap_err();

        assert_eq!(
            error.to_string(),
            "test.db has schema version 1, of a Switchboard that was never released; \
             move the journal's directory away to begin a new one"
        );
    }

    #[test]
    fn somebody_elses_file_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(DATABASE.file);
        let theirs = Connection::open(&path).unwrap();
        theirs.execute_batch("CREATE TABLE theirs (a);").unwrap();
        drop(theirs);
        let before = std::fs::read(&path).unwrap();

        let error = open(directory.path()).unwrap_err();

        assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_file_that_is_no_database_is_corrupt() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(DATABASE.file), [b'x'; 9000]).unwrap();

        let error = open(directory.path()).unwrap_err();

        assert!(matches!(error, OpenError::Corrupt(_)), "{error:?}");
    }

    #[test]
    fn nothing_to_read_is_said_so() {
        let directory = tempfile::tempdir().unwrap();

        let error = DATABASE.read(directory.path()).unwrap_err().into();

        assert!(matches!(error, OpenError::Missing(_)), "{error:?}");
    }
}
