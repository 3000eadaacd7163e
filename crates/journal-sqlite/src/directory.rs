//! The journal's directory and its files, for the owner's eyes only.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Makes `directory` and the parents that are missing, with mode 0700. Each new entry is on stable
/// storage when this returns: a file that was fsynced is lost with a directory that was not.
pub(crate) fn create(directory: &Path) -> io::Result<()> {
    if !directory.is_dir() {
        return make(directory);
    }
    // Whoever made it may have died before it was synced. If that is not ours to do, it was not we.
    match sync(parent_of(directory)) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        synced => synced,
    }
}

fn make(directory: &Path) -> io::Result<()> {
    let parent = parent_of(directory);
    if !parent.is_dir() {
        make(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => {}
        made => made?,
    }
    sync(parent)
}

/// Makes the file at `path` with mode 0600, unless it is there.
///
/// One that is there is not even opened: closing it would take away the locks that SQLite holds on
/// it in this process.
pub(crate) fn create_file(path: &Path) -> io::Result<()> {
    let mut new = OpenOptions::new();
    match new.write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// Puts the entries of `directory` on stable storage.
pub(crate) fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) => Path::new("."),
        None => Path::new("/"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn directories_and_files_are_for_the_owner_only() {
        let parent = tempfile::tempdir().unwrap();
        let directory = parent.path().join("a/b");

        create(&directory).unwrap();
        create(&directory).unwrap();
        create_file(&directory.join("file")).unwrap();
        create_file(&directory.join("file")).unwrap();

        assert_eq!(mode(&parent.path().join("a")), 0o700);
        assert_eq!(mode(&directory), 0o700);
        assert_eq!(mode(&directory.join("file")), 0o600);
    }

    #[test]
    fn a_file_in_the_way_is_an_error() {
        let parent = tempfile::tempdir().unwrap();
        let file = parent.path().join("file");
        create_file(&file).unwrap();

        assert!(create(&file).is_err());
    }
}
