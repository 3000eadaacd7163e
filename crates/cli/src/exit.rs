//! How a command ends.

use std::io;
use std::process::ExitCode;

use switchboard::ServeError;
use switchboard::core::journal::{Fault, JournalError};
use switchboard::journal_sqlite::{OpenError, ReadError};

use crate::config::ConfigErrors;

/// The exit codes that scripts rely on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All went well.
    Success = 0,
    /// Anything that has no code of its own.
    Failure = 1,
    /// The command line is wrong.
    Usage = 2,
    /// What was asked for is not there.
    NotFound = 3,
    /// What was to be checked does not hold.
    CheckFailed = 5,
    /// The store is corrupt.
    StoreCorrupt = 65,
    /// Something that is needed cannot be reached or used.
    Unavailable = 69,
    /// Another process holds the store.
    StoreLocked = 73,
    /// Reading or writing failed.
    Io = 74,
    /// The configuration is wrong.
    BadConfig = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ended without success.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The configuration is wrong; every mistake is listed.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// The output could not be written.
    #[error("cannot write the output")]
    Output(#[from] io::Error),
    /// The journal could not be opened.
    #[error("cannot open the journal")]
    Open(#[from] OpenError),
    /// The journal could not be looked into.
    #[error("cannot read the journal")]
    Read(#[from] ReadError),
    /// The gateway stopped by itself.
    #[error("the gateway stopped")]
    Serve(#[from] ServeError),
    /// Something that is needed cannot be reached or used.
    #[error("{0}")]
    Unavailable(String, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// What was asked for is not there.
    #[error("{0}")]
    NotFound(String),
    /// The command line or what it points to makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file or the standard input cannot be read.
    #[error("cannot read {0}")]
    Input(String, #[source] io::Error),
    /// What was to be checked does not hold.
    #[error("{0}")]
    CheckFailed(String),
    /// Anything else.
    #[error("{0}")]
    Failure(String),
}

impl CliError {
    /// Something that is needed cannot be reached or used, because of `source`.
    pub(crate) fn unavailable(
        what: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unavailable(what.into(), source.into())
    }

    /// The code to end with. Whoever reads our output may stop reading: that is no failure.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Config(_) => Exit::BadConfig,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Self::Output(_) => Exit::Io,
            Self::Open(error) => opening(error),
            Self::Read(ReadError::Damaged(_) | ReadError::Corrupt(_)) => Exit::StoreCorrupt,
            Self::Read(_) => Exit::Io,
            Self::Serve(ServeError::Fault(fault)) => failing(fault),
            Self::Serve(ServeError::Journal(JournalError::Damaged(_))) => Exit::StoreCorrupt,
            Self::Serve(_) => Exit::Io,
            Self::Unavailable(..) => Exit::Unavailable,
            Self::NotFound(_) => Exit::NotFound,
            Self::Usage(_) => Exit::Usage,
            Self::Input(_, error) if error.kind() == io::ErrorKind::NotFound => Exit::NotFound,
            Self::Input(..) => Exit::Io,
            Self::CheckFailed(_) => Exit::CheckFailed,
            Self::Failure(_) => Exit::Failure,
        }
    }
}

fn opening(error: &OpenError) -> Exit {
    match error {
        OpenError::Locked { .. } => Exit::StoreLocked,
        OpenError::Corrupt(_) | OpenError::Foreign { .. } | OpenError::Newer { .. } => {
            Exit::StoreCorrupt
        }
        OpenError::Missing(_) => Exit::NotFound,
        _ => Exit::Io,
    }
}

fn failing(fault: &Fault) -> Exit {
    match fault {
        Fault::Corrupt(_) => Exit::StoreCorrupt,
        _ => Exit::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_stops_reading_is_no_failure() {
        let closed = CliError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        let full = CliError::from(io::Error::from(io::ErrorKind::StorageFull));

        assert_eq!(closed.exit(), Exit::Success);
        assert_eq!(full.exit(), Exit::Io);
    }
}
