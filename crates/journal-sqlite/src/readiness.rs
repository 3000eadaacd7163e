//! Whether an append would be taken now, told without one.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use switchboard_core::Timestamp;

use crate::refusal::Refusal;

/// For so long a full disk is believed in that shows no sign of it.
const MEMORY: Duration = Duration::from_secs(5);

/// A disk with fewer bytes left is full, whatever else it shows.
const SCARCE: u64 = 1 << 20;

/// What the last append has shown of the disk.
///
/// A disk that was full is so until an append succeeds, or more of it is free than was then. But a
/// commit may need no new space: SQLite uses that of the WAL again once it is copied. So where there
/// is some left, a failure counts for a few seconds, and then it is for the next append to say.
#[derive(Debug)]
pub(crate) struct Readiness {
    directory: PathBuf,
    full: Mutex<Option<Full>>,
}

#[derive(Clone, Copy, Debug)]
struct Full {
    at: Timestamp,
    /// The bytes that were free.
    free: u64,
}

impl Readiness {
    /// Of the disk that has `directory`.
    pub(crate) fn new(directory: PathBuf) -> Self {
        Self {
            directory,
            full: Mutex::new(None),
        }
    }

    /// An append has ended by `now`.
    pub(crate) fn appended<T>(&self, ended: &Result<T, Refusal>, now: Timestamp) {
        match ended {
            Ok(_) => *self.full() = None,
            Err(Refusal::Full) => {
                let free = self.free().unwrap_or(0);
                *self.full() = Some(Full { at: now, free });
            }
            Err(Refusal::Busy | Refusal::Stopped) => {}
        }
    }

    pub(crate) fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        let full = *self.full();
        let Some(full) = full else {
            return Ok(());
        };
        // What cannot be asked says nothing either way.
        let free = self.free().unwrap_or(full.free);
        let is_recent = now.since(full.at) < MEMORY;
        if free <= full.free && (is_recent || free < SCARCE) {
            Err(Refusal::Full)
        } else {
            Ok(())
        }
    }

    /// The bytes that we may still write.
    fn free(&self) -> io::Result<u64> {
        let disk = rustix::fs::statvfs(&self.directory)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    fn full(&self) -> MutexGuard<'_, Option<Full>> {
        self.full.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_764_000_000).unwrap()
    }

    fn readiness(free: u64) -> Readiness {
        let readiness = Readiness::new(std::env::temp_dir());
        *readiness.full() = Some(Full { at: now(), free });
        readiness
    }

    #[test]
    fn a_disk_on_which_nothing_was_freed_is_full_for_a_while() {
        let readiness = readiness(u64::MAX);

        assert_eq!(readiness.check(now()), Err(Refusal::Full));
        assert_eq!(readiness.check(now().plus(MEMORY)), Ok(()));
    }

    #[test]
    fn a_disk_on_which_something_was_freed_is_not() {
        assert_eq!(readiness(0).check(now()), Ok(()));
    }

    #[test]
    fn the_next_append_has_the_last_word() {
        let readiness = readiness(u64::MAX);

        readiness.appended(&Ok(()), now());

        assert_eq!(readiness.check(now()), Ok(()));
        readiness.appended::<()>(&Err(Refusal::Full), now());
        assert!(readiness.full().is_some());
    }
}
