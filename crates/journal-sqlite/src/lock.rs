//! One process at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use switchboard_core::Timestamp;

use crate::directory;
use crate::error::OpenError;

/// Held as long as the journal is open. The kernel lets go of it when the process ends, however it
/// ends, so a lock file that was left behind is no obstacle.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Locks `directory` and writes down by whom.
    pub(crate) fn acquire(directory: &Path, now: Timestamp) -> Result<Self, OpenError> {
        let path = directory.join("lock");
        let io = |source| OpenError::io(&path, source);
        directory::create_file(&path).map_err(io)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file)),
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        // The text is for people, and a full disk is no reason not to start: what is stored can
        // still be delivered.
        let _ = sign(&mut file, now);
        Ok(Self { _file: file })
    }
}

impl Lock {
    /// Who holds the lock of `directory`, if somebody does. Takes it for a moment where nobody does.
    pub(crate) fn holder(directory: &Path) -> Option<String> {
        let mut file = File::open(directory.join("lock")).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(text(&mut file)),
            _ => None,
        }
    }
}

/// Says who holds the lock.
fn sign(file: &mut File, now: Timestamp) -> io::Result<()> {
    file.set_len(0)?;
    let pid = std::process::id();
    let version = env!("CARGO_PKG_VERSION");
    write!(file, "pid {pid}, switchboard {version}, since {now}")
}

/// What is written in the lock. What cannot be read leaves the holder unnamed: the lock is what
/// counts.
fn text(file: &mut File) -> String {
    let mut holder = String::new();
    let _ = file.take(256).read_to_string(&mut holder);
    holder
}

fn held(file: &mut File) -> OpenError {
    let holder = text(file);
    let pid = holder
        .strip_prefix("pid ")
        .and_then(|rest| rest.split(',').next())
        .and_then(|pid| pid.parse().ok());
    OpenError::Locked { pid, holder }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_of_the_first() {
        let directory = tempfile::tempdir().unwrap();
        let first = Lock::acquire(directory.path(), Timestamp::UNIX_EPOCH).unwrap();

        let error = Lock::acquire(directory.path(), Timestamp::UNIX_EPOCH).unwrap_err();

        let OpenError::Locked { pid, holder } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(*pid, Some(std::process::id()));
        assert!(holder.ends_with("since 1970-01-01T00:00:00Z"), "{holder}");

        drop(first);
        Lock::acquire(directory.path(), Timestamp::UNIX_EPOCH).unwrap();
    }

    #[test]
    fn a_lock_that_was_left_behind_is_no_obstacle() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(
            directory.path().join("lock"),
            "pid 1, and more text than before",
        )
        .unwrap();

        let _lock = Lock::acquire(directory.path(), Timestamp::UNIX_EPOCH).unwrap();

        let text = std::fs::read_to_string(directory.path().join("lock")).unwrap();
        assert!(
            text.starts_with(&format!("pid {},", std::process::id())),
            "{text}"
        );
        assert!(!text.contains("more text"), "{text}");
    }
}
