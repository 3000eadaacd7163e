//! A file system of its own that is soon full.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use tempfile::TempDir;

/// A tmpfs, with a file on it that can be deleted when space is wanted again.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// A disk of so many MiB, half of which are taken. Only root may mount one.
    ///
    /// # Panics
    ///
    /// When it cannot be mounted.
    pub fn new(mebibytes: u64) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let size = format!("size={mebibytes}m\0");
        let size = std::ffi::CStr::from_bytes_with_nul(size.as_bytes()).expect("it has one NUL");
        mount("tmpfs", folder.path(), "tmpfs", MountFlags::empty(), size).expect("root may mount");
        let disk = Self { folder };
        let ballast = File::create(disk.ballast()).expect("there is space");
        let half = mebibytes * 1024 * 1024 / 2;
        rustix::fs::fallocate(&ballast, rustix::fs::FallocateFlags::empty(), 0, half)
            .expect("there is space");
        disk
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Gives back the half that was taken.
    ///
    /// # Panics
    ///
    /// When that was done before.
    pub fn free(&self) {
        fs::remove_file(self.ballast()).expect("it is freed once");
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What is still open on it ends with its process.
        let _ = unmount(self.path(), UnmountFlags::DETACH);
    }
}
