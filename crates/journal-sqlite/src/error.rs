//! Why a journal cannot be opened or looked into.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use switchboard_core::journal::{Fault, LogPosition};

use crate::failure::Failure;

/// Why a journal was not opened.
///
/// Only `Locked` and `Unavailable` pass by themselves. For the others an operator is needed, who finds
/// in the source what SQLite or the system said.
///
/// ```
/// use switchboard_journal_sqlite::{OpenError, SqliteReader};
///
/// let folder = tempfile::tempdir()?;
/// let error = SqliteReader::open(folder.path()).unwrap_err();
/// assert!(matches!(&error, OpenError::Missing(path) if path == folder.path()));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process has it open.
    #[error("the journal is in use ({holder})")]
    Locked {
        /// That process, where its lock names it.
        pid: Option<u32>,
        /// What its lock says: process id, version, since when.
        holder: String,
    },
    /// A newer Switchboard wrote it, in a schema that this one cannot read.
    #[error("{file} has schema version {found}, and this program knows up to {known}")]
    Newer {
        /// The file.
        file: &'static str,
        /// Its version.
        found: u32,
        /// The latest version that this program knows.
        known: u32,
    },
    /// A Switchboard wrote it that was never released, in a schema that none reads any more.
    #[error(
        "{file} has schema version {found}, of a Switchboard that was never released; \
         move the journal's directory away to begin a new one"
    )]
    Unreleased {
        /// The file.
        file: &'static str,
        /// Its version.
        found: u32,
    },
    /// A file of the journal's name belongs to something else.
    #[error("{file} is not a file of a journal")]
    Foreign {
        /// The file.
        file: &'static str,
    },
    /// There is no journal there to read.
    #[error("there is no journal in {}", .0.display())]
    Missing(PathBuf),
    /// What it holds contradicts itself.
    #[error("the journal is corrupt")]
    Corrupt(#[source] Fault),
    /// A file or directory cannot be made, read or written.
    #[error("cannot use {}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// SQLite cannot read or write a file.
    #[error("cannot read or write the journal")]
    Store(#[source] Fault),
    /// It cannot be opened at this moment: the disk is full, or another program holds a file.
    #[error("the journal cannot be opened at this moment")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// This program was linked to an SQLite that can lose what it confirmed.
    #[error("SQLite {0} is too old: versions before 3.51.3 can corrupt a WAL")]
    OldSqlite(&'static str),
    /// SQLite did not take a setting that the promises rest on.
    #[error("SQLite refused {0}")]
    Setting(&'static str),
}

impl OpenError {
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

impl From<Failure> for OpenError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Full(error) | Failure::Busy(error) => Self::Unavailable(error.into()),
            Failure::Fatal(fault @ Fault::Corrupt(_)) => Self::Corrupt(fault),
            Failure::Fatal(fault) => Self::Store(fault),
        }
    }
}

/// An [`OpenError`] on its way: what `?` makes of an error of SQLite where nobody else sees it.
#[derive(Debug)]
pub(crate) struct Unopened(OpenError);

impl From<OpenError> for Unopened {
    fn from(error: OpenError) -> Self {
        Self(error)
    }
}

impl From<rusqlite::Error> for Unopened {
    fn from(error: rusqlite::Error) -> Self {
        Self(Failure::from(error).into())
    }
}

impl From<Unopened> for OpenError {
    fn from(unopened: Unopened) -> Self {
        unopened.0
    }
}

/// Why something could not be read by a [`SqliteReader`](crate::SqliteReader) or a
/// [`SqliteQuarantineReader`](crate::SqliteQuarantineReader).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A delivery does not match its checksum. Others may be sound.
    #[error("delivery {0} does not match its checksum")]
    Damaged(LogPosition),
    /// What the journal holds contradicts itself.
    #[error("the journal is corrupt")]
    Corrupt(#[source] Fault),
    /// It cannot be read.
    #[error("the journal cannot be read")]
    Store(#[source] Fault),
    /// It cannot be read at this moment: another program holds a file.
    #[error("the journal cannot be read at this moment")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl From<Failure> for ReadError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Full(error) | Failure::Busy(error) => Self::Unavailable(error.into()),
            Failure::Fatal(fault @ Fault::Corrupt(_)) => Self::Corrupt(fault),
            Failure::Fatal(fault) => Self::Store(fault),
        }
    }
}
