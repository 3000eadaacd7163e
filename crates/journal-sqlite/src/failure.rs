//! What an error of SQLite means for the journal.

use std::sync::Arc;

use rusqlite::{Error, ErrorCode, ffi};
use switchboard_core::journal::Fault;

/// What to do after an operation failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing was written: the disk is full. The same operation succeeds when it is not.
    Full(Error),
    /// Nothing was written: somebody holds the database in a transaction of their own.
    Busy(Error),
    /// Nobody knows what is on the disk: stop, and never try again in this process.
    ///
    /// SQLite itself would go on after a failed `fsync`, and the kernel may have dropped the pages
    /// that the `fsync` was for: a second one succeeds and proves nothing.
    Fatal(Fault),
}

impl Failure {
    /// The reason, when the same operation can succeed later.
    pub(crate) fn passes(&self) -> Option<&Error> {
        match self {
            Self::Full(error) | Self::Busy(error) => Some(error),
            Self::Fatal(_) => None,
        }
    }

    /// What the store holds contradicts itself.
    pub(crate) fn corrupt(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Fatal(Fault::Corrupt(Arc::from(what.into())))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let Error::SqliteFailure(
            ffi::Error {
                code,
                extended_code,
            },
            _,
        ) = &error
        else {
            // A value of another type than the schema's, or no row where there must be one.
            return Self::corrupt(error);
        };
        match (code, *extended_code) {
            // Growing the shared index of the WAL fails for want of space and nothing else. A write
            // beyond a quota (EDQUOT) is an SQLITE_IOERR_WRITE like that of a broken disk, and only
            // `sqlite3_system_errno`, which is not to be had without `unsafe`, tells them apart.
            (ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => Self::Full(error),
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Busy(error),
            (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => Self::corrupt(error),
            _ => Self::Fatal(Fault::Io(Arc::new(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(extended: i32) -> Failure {
        Error::SqliteFailure(ffi::Error::new(extended), None).into()
    }

    #[test]
    fn only_want_of_space_and_a_lock_pass_by_themselves() {
        for full in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_SHMSIZE] {
            let failure = failure(full);
            assert!(matches!(failure, Failure::Full(_)), "{failure:?}");
        }
        for busy in [
            ffi::SQLITE_BUSY,
            ffi::SQLITE_BUSY_SNAPSHOT,
            ffi::SQLITE_LOCKED,
        ] {
            let failure = failure(busy);
            assert!(matches!(failure, Failure::Busy(_)), "{failure:?}");
        }
        for io in [
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_IOERR_READ,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_NOMEM,
        ] {
            let failure = failure(io);
            assert!(
                matches!(failure, Failure::Fatal(Fault::Io(_))),
                "{failure:?}"
            );
        }
        for corrupt in [ffi::SQLITE_CORRUPT, ffi::SQLITE_NOTADB] {
            let failure = failure(corrupt);
            assert!(
                matches!(failure, Failure::Fatal(Fault::Corrupt(_))),
                "{failure:?}"
            );
        }
    }
}
