//! A full disk is refused, and passes.

use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use switchboard_core::journal::{
    AppendError, Decoded, Journal as _, JournalError, LogPosition, Receipt,
};

use crate::support::{SINK, claim, event, intake, moment, open, positions, with_events};

/// A file system of 2 MiB.
struct SmallDisk {
    at: tempfile::TempDir,
}

impl SmallDisk {
    /// `None` for a user who may not mount; a test run that counts (`CI`) is not such a user's.
    fn mount() -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        match mount("tmpfs", at.path(), "tmpfs", MountFlags::empty(), c"size=2m") {
            Ok(()) => Some(Self { at }),
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "cannot mount: {error}");
                None
            }
        }
    }

    fn ballast(&self) -> PathBuf {
        self.at.path().join("ballast")
    }

    fn journal(&self) -> PathBuf {
        self.at.path().join("journal")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = unmount(self.at.path(), UnmountFlags::DETACH);
    }
}

fn fill(path: &Path, bytes: usize) -> std::io::Result<()> {
    std::fs::write(path, vec![0; bytes])
}

#[tokio::test]
async fn what_is_stored_is_delivered_by_a_restart_on_a_full_disk() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let journal = open(&disk.journal());
    with_events(&journal, 3).await;
    while journal.append(&intake(vec![7; 20_000])).await.is_ok() {}
    drop(journal);
    fill(&disk.ballast(), 2 << 20).unwrap_err();

    let journal = open(&disk.journal());
    journal.subscribe(SINK).await.unwrap();

    let claims = claim(&journal, moment(0), 9).await;
    assert_eq!(positions(&claims), [1, 2, 3]);
}

#[tokio::test]
async fn appends_are_refused_while_the_disk_is_full_and_work_again() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    fill(&disk.ballast(), 512 << 10).unwrap();
    let journal = open(&disk.journal());
    journal.subscribe("app").await.unwrap();

    let mut kept = Vec::new();
    let error = loop {
        match journal
            .append(&intake(vec![kept.len() as u8; 20_000]))
            .await
        {
            Ok(receipt) => kept.push(receipt),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, AppendError::Full), "{error:?}");
    let decoded = Decoded::new(
        LogPosition(1),
        Ok((0..200).map(|key| event(&key.to_string())).collect()),
    );
    let error = journal
        .record(std::slice::from_ref(&decoded))
        .await
        .unwrap_err();
    assert!(matches!(error, JournalError::Full), "{error:?}");

    std::fs::remove_file(disk.ballast()).unwrap();
    for _ in 0..3 {
        let body = vec![kept.len() as u8; 20_000];
        kept.push(journal.append(&intake(body)).await.unwrap());
    }
    let tally = journal.record(&[decoded]).await.unwrap();

    assert_eq!((tally.events, tally.duplicates), (200, 0));
    drop(journal);
    let journal = open(&disk.journal());
    for (number, position) in kept.iter().map(Receipt::position).enumerate() {
        let stored = journal.delivery(position).await.unwrap().unwrap();
        assert_eq!(stored.intake.delivery.body, vec![number as u8; 20_000]);
    }
}
