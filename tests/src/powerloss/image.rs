//! What a disk may hold when the power comes back.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use fastrand::Rng;

use super::disk::{Change, Content, Disk, Node, NodeId};

/// What a disk writes whole or not at all.
const SECTOR: u64 = 512;

/// What became of the changes that no sync had confirmed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fate {
    /// All are lost.
    Dropped,
    /// All are there.
    Kept,
    /// Each is there or not, and they came in any order.
    Scattered,
    /// One write of each file is there in some of its sectors only. What came before it is there;
    /// what came after is there or not.
    Torn,
}

impl Fate {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Dropped, Self::Kept, Self::Scattered, Self::Torn];

    /// Which changes of `node` are there.
    fn survivors(self, node: &Node, rng: &mut Rng) -> Vec<Change> {
        let changes = node.unsynced.iter().map(|unsynced| &unsynced.change);
        match self {
            Self::Dropped => Vec::new(),
            Self::Kept => changes.cloned().collect(),
            Self::Scattered => {
                let mut survivors: Vec<_> = changes.filter(|_| rng.bool()).cloned().collect();
                // A directory's changes stay in order: they are the same few sectors over and over.
                if matches!(node.durable, Content::File(_)) {
                    rng.shuffle(&mut survivors);
                }
                survivors
            }
            Self::Torn => {
                // The last one half of the time: it is the one a real disk was busy with.
                let torn = match changes.len() {
                    0 => 0,
                    count if rng.bool() => count - 1,
                    count => rng.usize(..count),
                };
                changes
                    .enumerate()
                    .flat_map(|(index, change)| match index.cmp(&torn) {
                        Ordering::Less => vec![change.clone()],
                        Ordering::Equal => tear(change, rng),
                        Ordering::Greater => perhaps(change.clone(), rng),
                    })
                    .collect()
            }
        }
    }
}

fn perhaps(change: Change, rng: &mut Rng) -> Vec<Change> {
    if rng.bool() { vec![change] } else { Vec::new() }
}

/// Some of the sectors of a write; any other change is there or not.
fn tear(change: &Change, rng: &mut Rng) -> Vec<Change> {
    let Change::Write(at, bytes) = change else {
        return perhaps(change.clone(), rng);
    };
    let mut survivors = Vec::new();
    let (mut at, mut rest) = (*at, bytes.clone());
    while !rest.is_empty() {
        let to_boundary = usize::try_from(SECTOR - at % SECTOR).expect("a sector is small");
        let sector = rest.split_to(to_boundary.min(rest.len()));
        let length = sector.len() as u64;
        survivors.extend(perhaps(Change::Write(at, sector), rng));
        at += length;
    }
    survivors
}

/// A directory tree as it may be found after a power loss.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Image {
    directories: Vec<PathBuf>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Image {
    /// What `disk` holds if its unsynced changes met this fate.
    pub(super) fn of(disk: &Disk, fate: Fate, rng: &mut Rng) -> Self {
        let mut image = Self::default();
        image.add(disk, Disk::ROOT, PathBuf::new(), fate, rng);
        image
    }

    /// The file at `path`, if it is there.
    #[cfg(test)]
    pub(super) fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(Path::new(path)).map(Vec::as_slice)
    }

    /// Writes the tree below `root`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(super) fn write(&self, root: &Path) -> io::Result<()> {
        for directory in &self.directories {
            std::fs::create_dir(root.join(directory))?;
        }
        for (path, bytes) in &self.files {
            std::fs::write(root.join(path), bytes)?;
        }
        Ok(())
    }

    fn add(&mut self, disk: &Disk, node: NodeId, path: PathBuf, fate: Fate, rng: &mut Rng) {
        let node = &disk.nodes[node.0];
        let mut content = node.durable.clone();
        for change in fate.survivors(node, rng) {
            content.apply(&change);
        }
        match content {
            Content::File(bytes) => {
                self.files.insert(path, bytes);
            }
            Content::Directory(entries) => {
                if path != Path::new("") {
                    self.directories.push(path.clone());
                }
                for (name, node) in entries {
                    // SQLite's shared memory: no part of what is stored, rebuilt when it is absent.
                    if !name.ends_with("-shm") {
                        self.add(disk, node, path.join(name), fate, rng);
                    }
                }
            }
        }
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("holding")?;
        for (path, bytes) in &self.files {
            write!(f, " {} ({} B)", path.display(), bytes.len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_file_whose_directory_was_not_synced_may_be_gone_with_its_synced_bytes() {
        let mut disk = Disk::new();
        let file = disk.add_file();
        disk.change(Disk::ROOT, Change::Link("a".to_owned(), file), Some(1));
        disk.change(file, write(0, b"synced"), Some(2));
        disk.sync(file, 3);

        assert_eq!(crash(&disk, Fate::Dropped).file("a"), None);
        assert_eq!(crash(&disk, Fate::Kept).file("a"), Some(&b"synced"[..]));

        disk.sync(Disk::ROOT, 4);

        assert_eq!(crash(&disk, Fate::Dropped).file("a"), Some(&b"synced"[..]));
    }

    #[test]
    fn a_file_that_was_unlinked_may_be_back() {
        let (mut disk, _) = disk_with_file();
        disk.change(Disk::ROOT, Change::Unlink("a".to_owned()), Some(9));

        assert_eq!(crash(&disk, Fate::Dropped).file("a"), Some(&b""[..]));
        assert_eq!(crash(&disk, Fate::Kept).file("a"), None);
    }

    #[test]
    fn scattered_writes_leave_holes() {
        let (mut disk, file) = disk_with_file();
        for at in 0..64 {
            disk.change(file, write(at, b"x"), Some(9));
        }

        let image = crash(&disk, Fate::Scattered);

        let bytes = image.file("a").expect("its directory was synced");
        assert!(bytes.contains(&b'x') && bytes.contains(&0), "{bytes:?}");
    }

    #[test]
    fn a_torn_write_is_cut_at_the_sectors_of_the_file() {
        const LONG: &[u8] = &[b'x'; 64 * 512];
        let (mut disk, file) = disk_with_file();
        disk.change(file, write(24, LONG), Some(9));

        let image = crash(&disk, Fate::Torn);

        let bytes = image.file("a").expect("its directory was synced");
        assert!(bytes.contains(&b'x') && bytes[24..].contains(&0));
        for sector in bytes[512..].chunks_exact(512) {
            assert!(sector.iter().all(|byte| *byte == sector[0]), "{sector:?}");
        }
    }

    #[test]
    fn shared_memory_is_not_on_the_disk() {
        let mut disk = Disk::new();
        let file = disk.add_file();
        disk.change(Disk::ROOT, Change::Link("a-shm".to_owned(), file), Some(1));

        assert_eq!(crash(&disk, Fate::Kept), Image::default());
    }

    fn disk_with_file() -> (Disk, NodeId) {
        let mut disk = Disk::new();
        let file = disk.add_file();
        disk.change(Disk::ROOT, Change::Link("a".to_owned(), file), Some(1));
        disk.sync(Disk::ROOT, 2);
        (disk, file)
    }

    fn crash(disk: &Disk, fate: Fate) -> Image {
        Image::of(disk, fate, &mut Rng::with_seed(7))
    }

    fn write(at: u64, bytes: &'static [u8]) -> Change {
        Change::Write(at, Bytes::from_static(bytes))
    }
}
