//! What an error of SQLite means for the journal.

use std::sync::Arc;

use rusqlite::{Error, ErrorCode, ffi};
use switchboard_core::journal::Fault;

/// What to do after an operation failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing was written. The same operation can succeed later: the disk is full, or somebody
    /// holds the database in a transaction of their own.
    Passing(Error),
    /// Nobody knows what is on the disk: stop, and never try again in this process.
    ///
    /// SQLite itself would go on after a failed `fsync`, and the kernel may have dropped the pages
    /// that the `fsync` was for: a second one succeeds and proves nothing.
    Fatal(Fault),
}

impl Failure {
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
            // Growing the shared index of the WAL fails for want of space and nothing else.
            (_, ffi::SQLITE_IOERR_SHMSIZE) => Self::Passing(error),
            (ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => {
                Self::Passing(error)
            }
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
        for passing in [
            ffi::SQLITE_FULL,
            ffi::SQLITE_IOERR_SHMSIZE,
            ffi::SQLITE_BUSY,
        ] {
            let failure = failure(passing);
            assert!(matches!(failure, Failure::Passing(_)), "{failure:?}");
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
