//! From system calls to changes of the disk.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::disk::{Change, Disk, NodeId};
use super::strace::{Arg, Call};

/// The calls that [`Replay`] must see. The last three rows it does not model: it refuses them on a
/// file it watches, so that no change of the disk goes unnoticed.
pub(super) const CALLS: &str = "trace=execve,open,openat,creat,close,dup,dup2,dup3,fcntl,lseek,read,write,\
    pwrite64,ftruncate,fsync,fdatasync,mkdir,mkdirat,unlink,unlinkat,rmdir,rename,renameat,renameat2,\
    writev,pwritev,pwritev2,fallocate,sendfile,copy_file_range,splice,mmap,\
    truncate,link,linkat,symlink,symlinkat,openat2,\
    chdir,fchdir,io_uring_setup";

/// Follows a process that runs in `root`, and its successors, and the disk below it.
#[derive(Debug)]
pub(super) struct Replay {
    root: PathBuf,
    disk: Disk,
    descriptors: HashMap<i64, usize>,
    /// Descriptors that were duplicated share one cursor, so they share one of these.
    open: Vec<OpenFile>,
    said: Vec<u8>,
}

#[derive(Debug)]
struct OpenFile {
    node: NodeId,
    path: PathBuf,
    cursor: u64,
    appends: bool,
}

/// What a call was to the outside world.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Effect {
    /// Nothing.
    None,
    /// It changed what is stored, or synced it.
    Disk,
    /// It wrote to standard output.
    Said,
}

impl Replay {
    /// At the start of the first process that runs in `root`, a directory still empty.
    pub(super) fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            disk: Disk::new(),
            descriptors: HashMap::new(),
            open: Vec::new(),
            said: Vec::new(),
        }
    }

    /// The calls in the order in which they took effect.
    ///
    /// A write may be on the disk as soon as it begins, and a line may be read then; a descriptor is
    /// there, and a sync is over, only when the call returns.
    pub(super) fn order(mut calls: Vec<Call>) -> Vec<Call> {
        calls.sort_by_key(|call| match call.name.as_str() {
            "open" | "openat" | "creat" | "fsync" | "fdatasync" | "dup" | "dup2" | "dup3"
            | "fcntl" => call.ended.unwrap_or(call.began),
            _ => call.began,
        });
        calls
    }

    /// The disk at this moment.
    pub(super) fn disk(&self) -> &Disk {
        &self.disk
    }

    /// What the process has written to standard output so far.
    pub(super) fn said(&self) -> &[u8] {
        &self.said
    }

    /// Does what `call` did.
    ///
    /// # Panics
    ///
    /// When it changed a file in a way that is not modelled.
    pub(super) fn apply(&mut self, call: &Call) -> Effect {
        if call.failed() {
            return Effect::None;
        }
        match call.name.as_str() {
            "execve" => {
                self.descriptors.clear();
                Effect::None
            }
            "open" => self.open(call, 0, word(call, 1)),
            "openat" => self.open(call, 1, word(call, 2)),
            "creat" => self.open(call, 0, "O_WRONLY|O_CREAT|O_TRUNC"),
            "close" => {
                self.descriptors.remove(&number(call, 0));
                Effect::None
            }
            "dup" | "dup2" | "dup3" => self.duplicate(call),
            "fcntl" if word(call, 1).starts_with("F_DUPFD") => self.duplicate(call),
            "lseek" => self.seek(call, |_, returned| returned),
            "read" => self.seek(call, |cursor, returned| cursor + returned),
            "write" => self.write(call),
            "pwrite64" => {
                let at = number(call, 3).unsigned_abs();
                self.change(call, |_| Change::Write(at, written(call)))
            }
            "ftruncate" => {
                let length = number(call, 1).unsigned_abs();
                self.change(call, |_| Change::Resize(length))
            }
            "fsync" | "fdatasync" => self.sync(call),
            "mkdir" => self.make_directory(call, 0),
            "mkdirat" => self.make_directory(call, 1),
            "unlink" | "rmdir" => self.unlink(call, 0),
            "unlinkat" => self.unlink(call, 1),
            "rename" => self.rename(call, 0, 1),
            "renameat" | "renameat2" => self.rename(call, 1, 3),
            _ => {
                self.refuse(call);
                Effect::None
            }
        }
    }

    fn open(&mut self, call: &Call, path: usize, flags: &str) -> Effect {
        let (Some(path), Some(descriptor)) = (self.path(call, path), call.returned) else {
            return Effect::None;
        };
        let flag = |name| flags.split('|').any(|flag| flag == name);
        assert!(!flag("O_TMPFILE"), "O_TMPFILE is not modelled: {call:?}");

        let mut effect = Effect::None;
        let node = self.disk.find(&path).unwrap_or_else(|| {
            assert!(flag("O_CREAT"), "nobody made what is opened here: {call:?}");
            effect = Effect::Disk;
            let node = self.disk.add_file();
            self.link(call, &path, node);
            node
        });
        if flag("O_TRUNC") && self.disk.len(node) > 0 {
            effect = Effect::Disk;
            self.disk.change(node, Change::Resize(0), call.ended);
        }
        self.open.push(OpenFile {
            node,
            path,
            cursor: 0,
            appends: flag("O_APPEND"),
        });
        self.descriptors.insert(descriptor, self.open.len() - 1);
        effect
    }

    fn duplicate(&mut self, call: &Call) -> Effect {
        let open = self.descriptors.get(&number(call, 0)).copied();
        if let (Some(open), Some(descriptor)) = (open, call.returned) {
            self.descriptors.insert(descriptor, open);
        }
        Effect::None
    }

    fn seek(&mut self, call: &Call, to: impl FnOnce(u64, u64) -> u64) -> Effect {
        if let (Some(file), Some(returned)) = (self.file(call), call.returned) {
            file.cursor = to(file.cursor, returned.unsigned_abs());
        }
        Effect::None
    }

    fn write(&mut self, call: &Call) -> Effect {
        let bytes = written(call);
        let length = bytes.len() as u64;
        let Some(&open) = self.descriptors.get(&number(call, 0)) else {
            if number(call, 0) != 1 {
                return Effect::None;
            }
            self.said.extend_from_slice(&bytes);
            return Effect::Said;
        };
        let file = &mut self.open[open];
        if file.appends {
            file.cursor = self.disk.len(file.node);
        }
        let change = Change::Write(file.cursor, bytes);
        file.cursor += length;
        self.disk.change(file.node, change, call.ended);
        Effect::Disk
    }

    /// A change of the file that is the call's first argument.
    fn change(&mut self, call: &Call, change: impl FnOnce(&OpenFile) -> Change) -> Effect {
        let Some(file) = self.file(call) else {
            return Effect::None;
        };
        let (node, change) = (file.node, change(file));
        self.disk.change(node, change, call.ended);
        Effect::Disk
    }

    fn sync(&mut self, call: &Call) -> Effect {
        match self.file(call).map(|file| file.node) {
            Some(node) if call.ended.is_some() => {
                self.disk.sync(node, call.began);
                Effect::Disk
            }
            _ => Effect::None,
        }
    }

    fn make_directory(&mut self, call: &Call, path: usize) -> Effect {
        let Some(path) = self.path(call, path) else {
            return Effect::None;
        };
        let node = self.disk.add_directory();
        self.link(call, &path, node);
        Effect::Disk
    }

    fn unlink(&mut self, call: &Call, path: usize) -> Effect {
        let Some(path) = self.path(call, path) else {
            return Effect::None;
        };
        let (parent, name) = self.parent(&path);
        self.disk.change(parent, Change::Unlink(name), call.ended);
        Effect::Disk
    }

    fn rename(&mut self, call: &Call, from: usize, to: usize) -> Effect {
        let (from, to) = match (self.path(call, from), self.path(call, to)) {
            (Some(from), Some(to)) => (self.parent(&from), self.parent(&to)),
            (None, None) => return Effect::None,
            _ => panic!("a file that comes from elsewhere is not modelled: {call:?}"),
        };
        assert_eq!(from.0, to.0, "a move to another directory is not modelled");
        self.disk
            .change(from.0, Change::Rename(from.1, to.1), call.ended);
        Effect::Disk
    }

    /// Panics if `call` touches what is watched.
    fn refuse(&self, call: &Call) {
        let descriptor = match call.name.as_str() {
            "copy_file_range" | "splice" => Some(2),
            "mmap" if word(call, 3).contains("MAP_SHARED") && word(call, 2).contains("WRITE") => {
                Some(4)
            }
            "writev" | "pwritev" | "pwritev2" | "fallocate" | "sendfile" => Some(0),
            _ => None,
        };
        let file = descriptor
            .and_then(|index| self.descriptors.get(&number(call, index)))
            .map(|open| &self.open[*open].path)
            // SQLite maps its shared memory, which no image contains.
            .filter(|path| !path.as_os_str().as_bytes().ends_with(b"-shm"));
        let path = (0..call.args.len()).find_map(|index| self.path(call, index));
        let blind = matches!(call.name.as_str(), "chdir" | "fchdir" | "io_uring_setup");
        assert!(
            file.is_none() && path.is_none() && !blind,
            "line {} of the trace is not modelled: {} on {file:?} {path:?}",
            call.began,
            call.name
        );
    }

    fn file(&mut self, call: &Call) -> Option<&mut OpenFile> {
        let open = self.descriptors.get(&number(call, 0))?;
        self.open.get_mut(*open)
    }

    /// The path that is the argument `index`, relative to the root if it is below it.
    fn path(&self, call: &Call, index: usize) -> Option<PathBuf> {
        let Some(Arg::Bytes(path)) = call.args.get(index) else {
            return None;
        };
        let path = Path::new(OsStr::from_bytes(path));
        if path.is_absolute() {
            return path.strip_prefix(&self.root).ok().map(Path::to_owned);
        }
        match index.checked_sub(1).map(|base| &call.args[base]) {
            Some(Arg::Word(base)) if base != "AT_FDCWD" => {
                let open = self.descriptors.get(&base.parse().ok()?)?;
                Some(self.open[*open].path.join(path))
            }
            _ => Some(path.to_owned()),
        }
    }

    fn link(&mut self, call: &Call, path: &Path, node: NodeId) {
        let (parent, name) = self.parent(path);
        self.disk
            .change(parent, Change::Link(name, node), call.ended);
    }

    fn parent(&self, path: &Path) -> (NodeId, String) {
        let parent = path.parent().and_then(|parent| self.disk.find(parent));
        let name = path.file_name().and_then(OsStr::to_str);
        match (parent, name) {
            (Some(parent), Some(name)) => (parent, name.to_owned()),
            _ => panic!(
                "the trace knows a directory that it did not make: {}",
                path.display()
            ),
        }
    }
}

/// The bytes that a call wrote: all of its buffer, or as many as it returned.
fn written(call: &Call) -> Bytes {
    let Some(Arg::Bytes(buffer)) = call.args.get(1) else {
        panic!("a write without a buffer: {call:?}");
    };
    let length = match call.returned {
        Some(length) => usize::try_from(length).expect("the call did not fail"),
        None => buffer.len(),
    };
    Bytes::copy_from_slice(&buffer[..length])
}

fn word(call: &Call, index: usize) -> &str {
    match call.args.get(index) {
        Some(Arg::Word(word)) => word,
        _ => panic!("argument {index} should be a word: {call:?}"),
    }
}

/// The argument `index` as a number; -1 where it is spelt otherwise, which is no descriptor.
fn number(call: &Call, index: usize) -> i64 {
    word(call, index).parse().unwrap_or(-1)
}

#[cfg(test)]
mod tests;
