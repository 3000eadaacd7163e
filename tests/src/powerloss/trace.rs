//! A program's lives, as strace saw them.

use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::replay::{CALLS, Replay};
use super::scratch;
use super::strace::{self, Call};

/// One run of a program.
#[derive(Debug)]
pub struct Life {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Kill it as one of its threads begins its sync of this number. What it had written by then is
    /// seen by the next life, and no sync has confirmed it.
    pub killed_at_sync: Option<u32>,
}

/// Everything that some lives in one directory, one after another, did to it and said of it.
#[derive(Debug)]
pub struct Trace {
    directory: TempDir,
    /// In the order in which they took effect.
    pub(super) calls: Vec<Call>,
}

impl Trace {
    /// Lives them all, in a new directory.
    ///
    /// # Panics
    ///
    /// When one cannot be traced or fails by itself.
    pub fn record(strace: &Path, lives: impl IntoIterator<Item = Life>) -> Self {
        let directory = scratch::directory();
        std::fs::create_dir(root(directory.path())).expect("a temporary directory can be written");
        for life in lives {
            live(strace, &life, directory.path());
        }
        let log = std::fs::read_to_string(log(directory.path())).expect("strace wrote a log");
        Self {
            calls: Replay::order(strace::parse(&log)),
            directory,
        }
    }

    /// At the start of the first life.
    pub(super) fn replay(&self) -> Replay {
        Replay::new(root(self.directory.path()))
    }

    /// Leaves the log where somebody can read it, and says where.
    #[must_use = "nobody else knows where it is"]
    pub fn keep(self) -> PathBuf {
        log(&self.directory.keep())
    }
}

fn live(strace: &Path, life: &Life, directory: &Path) {
    let mut command = Command::new(strace);
    command
        .args(["-f", "-xx", "-s", "16777216"])
        .args(["-e", "signal=none", "-e", CALLS, "-A", "-o"])
        .arg(log(directory))
        .current_dir(root(directory))
        .stdin(Stdio::null());
    if let Some(sync) = life.killed_at_sync {
        let killed = format!("inject=fsync,fdatasync:signal=SIGKILL:when={sync}");
        command.args(["-e", &killed]);
    }
    command.arg(&life.program).args(&life.args);

    let output = command.output().expect("strace starts");

    // strace ends as its program did.
    let killed = life.killed_at_sync.is_some() && output.status.signal() == Some(9);
    assert!(
        output.status.success() || killed,
        "{life:?} failed: {output:?}"
    );
}

fn root(directory: &Path) -> PathBuf {
    // The kernel is told real paths; a temporary directory may be behind a link.
    let directory = directory.canonicalize().expect("the directory is there");
    directory.join("root")
}

fn log(directory: &Path) -> PathBuf {
    directory.join("strace.log")
}
