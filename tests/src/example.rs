//! An example as a process of its own, as its reader starts it.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Lines};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use rustix::process::{Pid, Signal, kill_process};

use crate::build::build;

/// The examples that keep a journal, by name; built once a run, with the features of all of them.
pub fn examples() -> &'static BTreeMap<String, PathBuf> {
    static EXAMPLES: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    EXAMPLES.get_or_init(|| {
        build(&[
            "build",
            "--locked",
            "--package=example-custom-adapter",
            "--package=example-embed-axum",
            "--package=example-embed-hyper",
            "--package=example-handlers",
        ])
    })
}

/// An example that listens.
#[derive(Debug)]
pub struct Example {
    child: Child,
    told: Lines<BufReader<ChildStdout>>,
    address: SocketAddr,
}

impl Example {
    /// Starts `command` in `folder` and waits until it says where it listens.
    ///
    /// # Panics
    ///
    /// When it ends before that.
    pub fn start(command: &mut Command, folder: &Path) -> Self {
        let mut child = command
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it can be started");
        let stdout = child.stdout.take().expect("its stdout is a pipe");
        let mut told = BufReader::new(stdout).lines();
        let address = told
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ")?.parse().ok());
        Self {
            child,
            told,
            address: address.expect("it says where it listens"),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next line that it prints.
    ///
    /// # Panics
    ///
    /// When it ends instead.
    pub fn line(&mut self) -> String {
        let line = self.told.next().expect("it goes on");
        line.expect("it speaks UTF-8")
    }

    /// Interrupts it, waits until it has ended well, and answers what else it printed.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub fn interrupt(mut self) -> Vec<String> {
        kill_process(Pid::from_child(&self.child), Signal::INT).expect("it is our child");
        let rest = self.told.by_ref().map_while(Result::ok).collect();
        let status = self.child.wait().expect("it is our child");
        assert!(status.success(), "{status}");
        rest
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        // It has ended already unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
