//! A file: one CloudEvent a line.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use switchboard_core::sink::{Envelope, Sink, SinkError};

use crate::lines::{Append, Lines, MAX_BATCH};

/// Appends one structured CloudEvent a line to a file, and takes a batch by its fdatasync.
///
/// Nothing that is in the file is ever taken out or written over: a torn last line, of a crash or a
/// full disk, is ended by a line feed, and the whole line follows when its event comes again. The
/// file may be moved, deleted or truncated at any time; a new one is opened where it was.
///
/// A batch has at most 256 events. One that the disk has no room for is
/// [`Unavailable`](SinkError::Unavailable), and comes again.
///
/// ```
/// use std::sync::Arc;
/// use switchboard_core::sink::{Envelope, Sink};
/// use switchboard_sinks::{File, OpenError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/event.json"));
/// // What the pipeline brings; here it is a message.
/// let event = Arc::new(Envelope::read(json.into())?);
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("events.jsonl");
///
/// let file = File::open(&path)?;
/// file.deliver(&[Arc::clone(&event), event]).await?;
///
/// let lines = std::fs::read_to_string(&path)?;
/// assert_eq!(lines, format!("{json}\n{json}\n"));
///
/// let error: OpenError = File::open(folder.path()).unwrap_err();
/// assert!(error.to_string().starts_with("cannot open"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct File(Lines<Appender>);

impl File {
    /// Opens the file at `path`; a new one is the owner's alone (0600).
    ///
    /// # Errors
    ///
    /// When it is not a regular file, or the system refuses to open it for reading and appending.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, OpenError> {
        let path = path.into();
        match open(&path) {
            Ok(file) => Ok(Self(Lines::new(Appender {
                path,
                file: Some(file),
            }))),
            Err(source) => Err(OpenError { path, source }),
        }
    }
}

#[async_trait]
impl Sink for File {
    fn max_batch(&self) -> usize {
        MAX_BATCH
    }

    fn is_concurrent(&self) -> bool {
        false
    }

    fn can_crash(&self) -> bool {
        false
    }

    async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        self.0.write(batch).await
    }
}

/// The file of a [`File`] cannot be opened; its source says why.
#[derive(Debug, thiserror::Error)]
#[error("cannot open `{}`", path.display())]
pub struct OpenError {
    path: PathBuf,
    source: io::Error,
}

#[derive(Debug)]
struct Appender {
    path: PathBuf,
    file: Option<fs::File>,
}

impl Append for Appender {
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        // Whatever fails from here on, this descriptor is not used again. After a failed fdatasync
        // the system forgets the pages it could not write, and the next one would say all is well.
        let file = match self.file.take() {
            Some(file) if is_at(&file, &self.path)? => file,
            _ => open(&self.path)?,
        };
        if is_torn(&file)? {
            (&file).write_all(b"\n")?;
        }
        (&file).write_all(lines)?;
        file.sync_data()?;
        self.file = Some(file);
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<fs::File> {
    let file = fs::OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    if !file.metadata()?.is_file() {
        let reason = "not a regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    // A file whose name is lost is lost. Not only on creation: whoever created it may have died
    // before it came to this.
    match path.parent() {
        Some(parent) if parent != "" => fs::File::open(parent)?.sync_all()?,
        _ => fs::File::open(".")?.sync_all()?,
    }
    Ok(file)
}

/// Whether `file` is the one that `path` names; it is not once it was moved or deleted.
fn is_at(file: &fs::File, path: &Path) -> io::Result<bool> {
    let named = match fs::metadata(path) {
        Ok(named) => named,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let opened = file.metadata()?;
    Ok((named.dev(), named.ino()) == (opened.dev(), opened.ino()))
}

/// Whether the last line has no end.
fn is_torn(file: &fs::File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.read_exact_at(&mut last, length - 1)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
#[cfg(target_os = "linux")] // For its devices.
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// An appender that has `device` open, at a path where `device` can be taken away.
    fn appender(directory: &Path, device: &str) -> Appender {
        let path = directory.join("events.jsonl");
        symlink(device, &path).unwrap();
        let file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        Appender {
            path,
            file: Some(file),
        }
    }

    #[test]
    fn a_full_disk_is_an_error_until_it_has_room() {
        let directory = tempfile::tempdir().unwrap();
        let mut appender = appender(directory.path(), "/dev/full");

        let error = appender.append(b"one\n").unwrap_err();
        fs::remove_file(&appender.path).unwrap();
        appender.append(b"one\n").unwrap();

        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&appender.path).unwrap(), b"one\n");
    }

    #[test]
    fn a_failed_fdatasync_costs_the_descriptor() {
        let directory = tempfile::tempdir().unwrap();
        let mut appender = appender(directory.path(), "/dev/null"); // It takes writes and no sync.

        appender.append(b"one\n").unwrap_err();

        assert!(appender.file.is_none());
    }
}
