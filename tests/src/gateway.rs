//! A gateway as a process of its own: the real binary, real sockets, real signals.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::build::{build, programs};

/// How long what must come may take before the test has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How the binary is built.
#[derive(Clone, Copy, Debug)]
pub enum Profile {
    /// Fast to build, as the tests are.
    Dev,
    /// Fast to run, for benchmarks.
    Release,
}

/// The `switchboard` binary, built once a run.
pub fn binary(profile: Profile) -> &'static Path {
    static RELEASE: OnceLock<PathBuf> = OnceLock::new();
    match profile {
        Profile::Dev => &programs()["switchboard"],
        Profile::Release => RELEASE.get_or_init(|| {
            let release = [
                "build",
                "--release",
                "--locked",
                "--package=switchboard-cli",
            ];
            build(&release).remove("switchboard").expect("it was built")
        }),
    }
}

/// The twin that tells this lie, which reads the same configuration.
///
/// It is built with the tests, which alone know where.
#[macro_export]
macro_rules! liar {
    ($lie:literal) => {{
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lying-gateway"));
        command.env("LIE", $lie);
        command
    }};
}

/// A gateway process that listens.
#[derive(Debug)]
pub struct Gateway {
    child: Child,
    address: SocketAddr,
    log: Arc<Log>,
}

/// What it has logged so far, line by line.
#[derive(Debug, Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    grown: Condvar,
}

impl Gateway {
    /// Runs `switchboard run` with the configuration at `config`, which must listen on port 0.
    pub fn run(config: &Path) -> Self {
        Self::run_by(Command::new(binary(Profile::Dev)), config)
    }

    /// Runs `program`, the binary or one of its twins, with the configuration at `config`.
    pub fn run_by(mut program: Command, config: &Path) -> Self {
        Self::start(program.arg("run").arg("--config").arg(config))
    }

    /// Starts `command`, a gateway that logs JSON to stderr, and waits until it listens.
    ///
    /// # Panics
    ///
    /// When it ends before that, with its log.
    pub fn start(command: &mut Command) -> Self {
        match Self::try_start(command) {
            Ok(gateway) => gateway,
            Err(ended) => panic!("the gateway ended with {}:\n{}", ended.status, ended.log),
        }
    }

    /// Starts `command` and waits until it listens, or until it has ended.
    pub fn try_start(command: &mut Command) -> Result<Self, Ended> {
        let command = command
            .env("SWITCHBOARD_LOG_FORMAT", "json")
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the gateway can be started");
        let stderr = child.stderr.take().expect("its stderr is a pipe");
        let log = Arc::new(Log::default());
        let (told, listening) = channel();
        let kept = Arc::clone(&log);
        std::thread::spawn(move || follow(stderr, &kept, &told));
        match address(&listening) {
            Some(address) => Ok(Self {
                child,
                address,
                log,
            }),
            None => {
                let status = child.wait().expect("it is our child");
                Err(Ended {
                    status,
                    log: text(&log),
                })
            }
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process id.
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        text(&self.log)
    }

    /// Waits until it has logged `message` for the `times`th time, and answers that entry.
    ///
    /// # Panics
    ///
    /// When it does not within a minute, with its log.
    pub fn has_logged(&self, message: &str, times: usize) -> Value {
        let mut lines = self.log.lines.lock().expect("no holder panics");
        loop {
            let entries = lines
                .iter()
                .filter_map(|line| serde_json::from_str(line).ok());
            let mut wanted = entries.filter(|entry: &Value| entry["message"] == message);
            if let Some(entry) = wanted.nth(times - 1) {
                return entry;
            }
            let (guard, timeout) = self
                .log
                .grown
                .wait_timeout(lines, PATIENCE)
                .expect("no holder panics");
            lines = guard;
            assert!(
                !timeout.timed_out(),
                "not logged: {message}\n{}",
                lines.join("\n")
            );
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("it is our child");
    }

    /// Ends it by SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().expect("it is our child");
        self.child.wait().expect("it is our child");
    }

    /// Asks it to end by SIGTERM, and waits until it has.
    pub fn terminate(mut self) -> Ended {
        kill_process(self.pid(), Signal::TERM).expect("it is our child");
        let status = self.child.wait().expect("it is our child");
        Ended {
            status,
            log: text(&self.log),
        }
    }

    /// Waits until it ends by itself.
    pub fn wait(mut self) -> Ended {
        let status = self.child.wait().expect("it is our child");
        Ended {
            status,
            log: text(&self.log),
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It has ended already unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A gateway process that has ended.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// What it had logged.
    pub log: String,
}

fn follow(stderr: ChildStderr, log: &Log, told: &Sender<SocketAddr>) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if let Some(address) = listening(&line) {
            // Nobody asks for a second address.
            let _ = told.send(address);
        }
        log.lines.lock().expect("no holder panics").push(line);
        log.grown.notify_all();
    }
}

fn listening(line: &str) -> Option<SocketAddr> {
    let entry: Value = serde_json::from_str(line).ok()?;
    if entry["message"] != "Listening for deliveries." {
        return None;
    }
    entry["address"].as_str()?.parse().ok()
}

/// The address, or `None` when the process has closed its log without telling one.
fn address(listening: &Receiver<SocketAddr>) -> Option<SocketAddr> {
    use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};
    match listening.recv_timeout(PATIENCE) {
        Ok(address) => Some(address),
        Err(Disconnected) => None,
        Err(Timeout) => panic!("the gateway neither listens nor ends"),
    }
}

fn text(log: &Log) -> String {
    log.lines.lock().expect("no holder panics").join("\n")
}
