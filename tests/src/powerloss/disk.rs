//! What is on stable storage, and what the kernel still owes it.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use bytes::Bytes;

/// A directory tree as the disk has it, and every change that no sync has confirmed since.
///
/// Files and directories obey one rule: a change is sure to be there only once a sync of the same
/// node began after the change had returned. So a file whose directory was never synced may be gone
/// with all its synced bytes. That is what POSIX promises; many file systems give more.
#[derive(Debug)]
pub(super) struct Disk {
    pub(super) nodes: Vec<Node>,
}

/// A file or a directory of a [`Disk`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct NodeId(pub(super) usize);

#[derive(Debug)]
pub(super) struct Node {
    pub(super) durable: Content,
    pub(super) unsynced: Vec<Unsynced>,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    File(Vec<u8>),
    Directory(BTreeMap<String, NodeId>),
}

/// A change that may be lost, and the line of the trace on which its call returned.
#[derive(Debug)]
pub(super) struct Unsynced {
    pub(super) change: Change,
    ended: Option<usize>,
}

/// One change to one node.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// These bytes at this offset of a file.
    Write(u64, Bytes),
    /// A file is cut or stretched to this length.
    Resize(u64),
    /// A directory names a node, in place of the one it named so before.
    Link(String, NodeId),
    /// A directory no longer names one.
    Unlink(String),
    /// A directory names a node otherwise, in one step.
    Rename(String, String),
}

impl Disk {
    /// The root directory.
    pub(super) const ROOT: NodeId = NodeId(0);

    /// A disk with an empty root directory.
    pub(super) fn new() -> Self {
        let mut disk = Self { nodes: Vec::new() };
        disk.add(Content::Directory(BTreeMap::new()));
        disk
    }

    /// A new empty file, which no directory names yet.
    pub(super) fn add_file(&mut self) -> NodeId {
        self.add(Content::File(Vec::new()))
    }

    /// A new empty directory, which no directory names yet.
    pub(super) fn add_directory(&mut self) -> NodeId {
        self.add(Content::Directory(BTreeMap::new()))
    }

    /// Notes a change by a call that returned on line `ended` of the trace, if it did.
    pub(super) fn change(&mut self, node: NodeId, change: Change, ended: Option<usize>) {
        self.nodes[node.0].unsynced.push(Unsynced { change, ended });
    }

    /// Confirms a sync that began on line `began`: it covers what had returned before.
    pub(super) fn sync(&mut self, node: NodeId, began: usize) {
        let node = &mut self.nodes[node.0];
        let covered = |unsynced: &mut Unsynced| unsynced.ended.is_some_and(|ended| ended < began);
        for unsynced in node.unsynced.extract_if(.., covered) {
            node.durable.apply(&unsynced.change);
        }
    }

    /// The node that the running process finds at `path`, relative to the root.
    ///
    /// # Panics
    ///
    /// When `path` goes upwards.
    pub(super) fn find(&self, path: &Path) -> Option<NodeId> {
        path.components()
            .try_fold(Self::ROOT, |node, component| match component {
                Component::CurDir => Some(node),
                Component::Normal(name) => match self.seen(node) {
                    Content::Directory(entries) => entries.get(name.to_str()?).copied(),
                    Content::File(_) => None,
                },
                _ => panic!(
                    "a path that goes upwards is not modelled: {}",
                    path.display()
                ),
            })
    }

    /// How long the running process finds a file to be.
    pub(super) fn len(&self, node: NodeId) -> u64 {
        match self.seen(node) {
            Content::File(bytes) => bytes.len() as u64,
            Content::Directory(_) => 0,
        }
    }

    /// What the running process sees: everything, synced or not.
    fn seen(&self, node: NodeId) -> Content {
        let node = &self.nodes[node.0];
        let mut content = node.durable.clone();
        for unsynced in &node.unsynced {
            content.apply(&unsynced.change);
        }
        content
    }

    fn add(&mut self, durable: Content) -> NodeId {
        self.nodes.push(Node {
            durable,
            unsynced: Vec::new(),
        });
        NodeId(self.nodes.len() - 1)
    }
}

impl Default for Disk {
    fn default() -> Self {
        Self::new()
    }
}

impl Content {
    pub(super) fn apply(&mut self, change: &Change) {
        match (self, change) {
            (Self::File(file), Change::Write(at, bytes)) => {
                let at = usize::try_from(*at).expect("a file of a test fits into memory");
                let end = at + bytes.len();
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[at..end].copy_from_slice(bytes);
            }
            (Self::File(file), Change::Resize(length)) => {
                let length = usize::try_from(*length).expect("a file of a test fits into memory");
                file.resize(length, 0);
            }
            (Self::Directory(entries), Change::Link(name, node)) => {
                entries.insert(name.clone(), *node);
            }
            (Self::Directory(entries), Change::Unlink(name)) => {
                entries.remove(name);
            }
            (Self::Directory(entries), Change::Rename(from, to)) => {
                // The entry itself may have been lost, and then there is nothing to rename.
                if let Some(node) = entries.remove(from) {
                    entries.insert(to.clone(), node);
                }
            }
            (content, change) => panic!("{change:?} cannot be done to {content:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sync_covers_what_had_returned_before_it_began() {
        let mut disk = Disk::new();
        let file = disk.add_file();
        disk.change(file, write(0, b"early"), Some(1));
        disk.change(file, write(5, b"late"), Some(4));

        disk.sync(file, 3);

        let node = &disk.nodes[file.0];
        assert!(matches!(&node.durable, Content::File(bytes) if bytes == b"early"));
        assert_eq!(node.unsynced.len(), 1);
        assert_eq!(disk.len(file), 9);
    }

    #[test]
    fn the_process_finds_what_it_has_linked_and_renamed() {
        let mut disk = Disk::new();
        let (directory, file) = (disk.add_directory(), disk.add_file());
        disk.change(Disk::ROOT, Change::Link("a".to_owned(), directory), Some(1));
        disk.change(directory, Change::Link("b".to_owned(), file), Some(2));
        disk.change(
            directory,
            Change::Rename("b".to_owned(), "c".to_owned()),
            Some(3),
        );

        assert_eq!(disk.find(Path::new("a/c")), Some(file));
        assert_eq!(disk.find(Path::new("a/b")), None);
        assert_eq!(disk.find(Path::new("")), Some(Disk::ROOT));
    }

    fn write(at: u64, bytes: &'static [u8]) -> Change {
        Change::Write(at, Bytes::from_static(bytes))
    }
}
