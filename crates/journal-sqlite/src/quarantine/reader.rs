//! Looking into a quarantine from outside.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use switchboard_core::quarantine::{Held, Listing, Suspect, SuspectCounts, SuspectId};

use super::{DATABASE, rows};
use crate::error::{OpenError, ReadError};
use crate::failure::Failure;
use crate::log;

/// Reads a quarantine, while a gateway runs or not. Takes no lock and changes nothing.
///
/// Its calls wait for the disk: they are for programs that have nothing else to do.
///
/// ```
/// use switchboard_core::quarantine::{Bounds, Listing};
/// # use switchboard_core::Delivery;
/// # use switchboard_core::quarantine::{Quarantine, Suspect, SuspectCause};
/// # use switchboard_journal_sqlite::{SqliteJournal, SqliteQuarantine};
/// use switchboard_journal_sqlite::SqliteQuarantineReader;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// # let journal = SqliteJournal::open(folder.path())?;
/// # let quarantine = SqliteQuarantine::open(folder.path(), Bounds::default())?;
/// # for body in ["first", "second"] {
/// #     quarantine.keep(Suspect {
/// #         endpoint: "support".into(),
/// #         adapter: "kommo-chats".into(),
/// #         delivery: Delivery::post(body),
/// #         cause: SuspectCause::Refused,
/// #         diagnosis: "signature mismatch".into(),
/// #     });
/// # }
/// # quarantine.close().await;
/// // A gateway refused two deliveries.
/// let reader = SqliteQuarantineReader::open(folder.path())?;
/// let oldest = reader.list(&Listing::first(1))?;
/// let latest = reader.last(&Listing::first(1))?;
/// assert!(oldest[0].id < latest[0].id);
/// assert_eq!(reader.get(latest[0].id)?.unwrap().delivery.body, "second");
/// assert_eq!(reader.counts()?["support"].kept, 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SqliteQuarantineReader {
    /// None where the journal never had a quarantine.
    connection: Option<Connection>,
}

impl SqliteQuarantineReader {
    /// Opens the quarantine in the directory of a journal. Where there is none, nothing is held.
    ///
    /// # Errors
    ///
    /// `Missing` when there is no journal.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, OpenError> {
        let directory = directory.as_ref();
        match DATABASE.read(directory).map_err(OpenError::from) {
            Ok(connection) => Ok(Self {
                connection: Some(connection),
            }),
            Err(OpenError::Missing(_)) if directory.join(log::DATABASE.file).exists() => {
                Ok(Self { connection: None })
            }
            Err(error) => Err(error),
        }
    }

    /// The oldest that `listing` asks for.
    ///
    /// # Errors
    ///
    /// When the quarantine cannot be read.
    pub fn list(&self, listing: &Listing) -> Result<Vec<Held>, ReadError> {
        self.read(|connection| rows::list(connection, listing))
    }

    /// The latest that `listing` asks for, the oldest of them first.
    ///
    /// # Errors
    ///
    /// When the quarantine cannot be read.
    pub fn last(&self, listing: &Listing) -> Result<Vec<Held>, ReadError> {
        self.read(|connection| rows::last(connection, listing))
    }

    /// The one of this id, whole, if it is held.
    ///
    /// # Errors
    ///
    /// When it was altered.
    pub fn get(&self, id: SuspectId) -> Result<Option<Suspect>, ReadError> {
        match self.read(|connection| rows::get(connection, id))? {
            Some(None) => {
                let damaged = format!("quarantined delivery {id} does not match its checksum");
                Err(Failure::corrupt(damaged).into())
            }
            Some(sound) => Ok(sound),
            None => Ok(None),
        }
    }

    /// What became of everything that was handed over, by endpoint.
    ///
    /// # Errors
    ///
    /// When the quarantine cannot be read.
    pub fn counts(&self) -> Result<BTreeMap<String, SuspectCounts>, ReadError> {
        self.read(rows::counts)
    }

    fn read<T: Default>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, ReadError> {
        match &self.connection {
            Some(connection) => Ok(read(connection)?),
            None => Ok(T::default()),
        }
    }
}
