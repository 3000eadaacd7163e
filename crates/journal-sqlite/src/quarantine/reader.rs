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
        match DATABASE.read(directory) {
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
