//! Whether the journal's disk has room, is a disk, and how long it keeps a caller waiting.

use std::io;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{statfs, statvfs};

use super::{Found, Severity};
use crate::fsync;

/// With less the journal has no room to clear up in, and soon none at all.
const SCARCE: u64 = 256 << 20;

/// With less somebody should look.
const TIGHT: u64 = 2 << 30;

/// A journal has a handful of files; what else the file system is for makes many.
const FEW_FILES: u64 = 100;

/// Every answer waits for one or two of them, and providers for few seconds.
const SLOW: Duration = Duration::from_millis(100);

/// What the disk is like.
#[derive(Clone, Copy, Debug)]
struct Disk {
    /// The bytes that we may still write.
    free: u64,
    /// The files that may still be made, where the file system counts them.
    files: Option<u64>,
    kind: Kind,
}

/// What keeps the bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// A disk, as far as can be told.
    Disk,
    /// The machine's memory.
    Memory,
    /// Another machine.
    Network,
}

/// Looks at the disk of `folder`.
pub(super) fn examine(folder: &Path) -> Vec<Found> {
    let mut found = match look(folder) {
        Ok(disk) => judge(disk),
        Err(error) => vec![unknown("the disk", &error)],
    };
    found.push(match fsync::median(folder) {
        Ok(took) => patience(took),
        Err(error) => unknown("how long a sync takes", &error),
    });
    found
}

fn unknown(what: &str, error: &io::Error) -> Found {
    let finding = format!("{what} could not be told: {error}");
    Found::new(Severity::Note, "disk", finding)
}

fn look(folder: &Path) -> io::Result<Disk> {
    let disk = statvfs(folder)?;
    Ok(Disk {
        free: disk.f_bavail.saturating_mul(disk.f_frsize),
        files: (disk.f_files > 0).then_some(disk.f_favail),
        kind: kind(folder)?,
    })
}

/// By the numbers of `statfs(2)`.
fn kind(folder: &Path) -> io::Result<Kind> {
    const TMPFS: i64 = 0x0102_1994;
    const RAMFS: i64 = 0x8584_58f6;
    const NFS: i64 = 0x6969;
    const SMB: i64 = 0x517b;
    const SMB2: i64 = 0xfe53_4d42;
    const CIFS: i64 = 0xff53_4d42;
    Ok(match statfs(folder)?.f_type {
        TMPFS | RAMFS => Kind::Memory,
        NFS | SMB | SMB2 | CIFS => Kind::Network,
        _ => Kind::Disk,
    })
}

fn judge(disk: Disk) -> Vec<Found> {
    let mib = disk.free >> 20;
    let (severity, then) = match disk.free {
        ..SCARCE => (
            Severity::Fault,
            "; a gateway without room answers 503 until there is some",
        ),
        SCARCE..TIGHT => (Severity::Note, ""),
        TIGHT.. => (Severity::Ok, ""),
    };
    let mut found = vec![Found::new(
        severity,
        "disk",
        format!("{mib} MiB are free{then}"),
    )];
    if let Some(files) = disk.files.filter(|files| *files < FEW_FILES) {
        let finding = format!("only {files} more files can be made");
        found.push(Found::new(Severity::Fault, "disk", finding));
    }
    let kind = match disk.kind {
        Kind::Disk => return found,
        Kind::Memory => {
            let finding =
                "the journal is in memory: what is acknowledged does not survive a reboot";
            Found::new(Severity::Note, "disk", finding)
        }
        Kind::Network => {
            let finding = "the journal is on a network file system, on which SQLite's WAL does not \
                           work; move it to a local disk";
            Found::new(Severity::Fault, "disk", finding)
        }
    };
    found.push(kind);
    found
}

fn patience(took: Duration) -> Found {
    let finding = format!("a sync takes {took:.1?}; every answer waits for one or two");
    let severity = if took > SLOW {
        Severity::Note
    } else {
        Severity::Ok
    };
    Found::new(severity, "disk", finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst(disk: Disk) -> Severity {
        let found = judge(disk);
        let worst = found.iter().map(|one| one.severity).max();
        worst.expect("something is always said")
    }

    const GOOD: Disk = Disk {
        free: 1 << 40,
        files: Some(1 << 20),
        kind: Kind::Disk,
    };

    #[test]
    fn each_thing_that_is_wrong_is_told() {
        let cases = [
            (GOOD, Severity::Ok),
            (
                Disk {
                    files: None,
                    ..GOOD
                },
                Severity::Ok,
            ),
            (
                Disk {
                    free: TIGHT - 1,
                    ..GOOD
                },
                Severity::Note,
            ),
            (
                Disk {
                    free: SCARCE - 1,
                    ..GOOD
                },
                Severity::Fault,
            ),
            (
                Disk {
                    files: Some(3),
                    ..GOOD
                },
                Severity::Fault,
            ),
            (
                Disk {
                    kind: Kind::Memory,
                    ..GOOD
                },
                Severity::Note,
            ),
            (
                Disk {
                    kind: Kind::Network,
                    ..GOOD
                },
                Severity::Fault,
            ),
        ];
        for (disk, severity) in cases {
            assert_eq!(worst(disk), severity, "{disk:?}");
        }
    }

    #[test]
    fn a_slow_sync_is_told() {
        assert_eq!(patience(SLOW).severity, Severity::Ok);
        assert_eq!(patience(SLOW * 2).severity, Severity::Note);
    }
}
