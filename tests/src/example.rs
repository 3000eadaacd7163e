//! An example as a process of its own, as its reader starts it.

use std::io::{BufRead as _, BufReader, Lines};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// An example that listens.
#[derive(Debug)]
pub struct Example {
    child: Child,
    told: Lines<BufReader<ChildStdout>>,
    /// What it printed before it listened.
    before: Vec<String>,
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
        let mut before = Vec::new();
        let address = told.by_ref().map_while(Result::ok).find_map(|line| {
            let address = line.strip_prefix("listening on ");
            let address = address.and_then(|address| address.parse().ok());
            before.extend(address.is_none().then_some(line));
            address
        });
        Self {
            child,
            told,
            before,
            address: address.expect("it says where it listens"),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it printed before it listened.
    pub fn before(&self) -> &[String] {
        &self.before
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
