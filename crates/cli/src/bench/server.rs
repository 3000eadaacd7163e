//! A server as a process of its own: started, watched, ended.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::SyncDelay;
use super::calls::SECRET;

/// What a server of ours logs with its address.
pub(crate) const LISTENING: &str = "Listening for deliveries.";

/// How often somebody else's is asked whether it listens.
const GLANCE: Duration = Duration::from_millis(20);

/// A server that listens.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts this program with `arguments`, and waits until it says where it listens.
    ///
    /// # Errors
    ///
    /// When it ends instead.
    pub(crate) fn start<A: AsRef<OsStr>>(arguments: &[A], delay: SyncDelay) -> io::Result<Self> {
        let mut child = delay
            .command(std::env::current_exe()?.as_ref())
            .args(arguments)
            .env("SWITCHBOARD_LOG_FORMAT", "json")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| delay.told(error))?;
        let stderr = child.stderr.take().expect("it is a pipe");
        let (told, listening) = channel();
        std::thread::spawn(move || follow(BufReader::new(stderr), &told));
        match listening.recv() {
            Ok(address) => Ok(Self { child, address }),
            Err(_) => Err(ended(&mut child)?),
        }
    }

    /// Starts somebody else's server by a shell, and waits until it takes connections at the port
    /// that its variable `PORT` names. `FOLDER` is the one that it may write to.
    ///
    /// # Errors
    ///
    /// When it ends instead.
    pub(crate) async fn start_peer(
        line: &str,
        folder: &Path,
        delay: SyncDelay,
    ) -> io::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        let mut child = delay
            .command("sh".as_ref())
            .args(["-c", &format!("exec {line}")])
            .env("PORT", address.port().to_string())
            .env("SECRET", SECRET)
            .env("FOLDER", folder)
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| delay.told(error))?;
        while TcpStream::connect(address).await.is_err() {
            if child.try_wait()?.is_some() {
                return Err(ended(&mut child)?);
            }
            sleep(GLANCE).await;
        }
        Ok(Self { child, address })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What its threads and the programs that it ran have spent on the processors; nothing where the
    /// system does not tell.
    pub(crate) fn spent(&self) -> Duration {
        let path = format!("/proc/{}/stat", self.child.id());
        let stat = std::fs::read_to_string(path).unwrap_or_default();
        // The name in parentheses may have spaces. The 12th to the 15th field behind it are user and
        // system time, its own and that of its children.
        let fields = stat.rsplit(") ").next().unwrap_or_default();
        let ticks = fields.split(' ').skip(11).take(4);
        let ticks: u64 = ticks.filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
    }

    /// The memory it has, in bytes; nothing where the system does not tell.
    pub(crate) fn memory(&self) -> u64 {
        self.fact("status", "VmRSS:") << 10
    }

    /// The bytes that it had written to the disk; nothing where the system does not tell.
    pub(crate) fn written(&self) -> u64 {
        self.fact("io", "write_bytes:")
    }

    /// Tells it to end, and waits until it has: what it still had to write is written then.
    ///
    /// # Errors
    ///
    /// When it does not end well.
    pub(crate) fn end(mut self) -> io::Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let status = self.child.wait()?;
        if !status.success() {
            return Err(io::Error::other(format!("the server ended with {status}")));
        }
        Ok(())
    }

    /// The number behind `name` in one of the files that the system has of the process.
    fn fact(&self, file: &str, name: &str) -> u64 {
        let path = format!("/proc/{}/{file}", self.child.id());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        number_after(name, &text).unwrap_or_default()
    }
}

fn number_after(name: &str, text: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ended(child: &mut Child) -> io::Result<io::Error> {
    let status = child.wait()?;
    Ok(io::Error::other(format!("the server ended with {status}")))
}

/// Reads the log to its end, so that nobody waits to write it.
fn follow(log: impl BufRead, told: &Sender<SocketAddr>) {
    for line in log.lines().map_while(Result::ok) {
        let Ok(entry) = serde_json::from_str::<Value>(&line) else {
            continue;
        };
        if entry["message"] == LISTENING
            && let Some(address) = entry["address"].as_str().and_then(|text| text.parse().ok())
        {
            // Nobody asks for a second address.
            let _ = told.send(address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_its_unit_or_without() {
        let status = "Name:\tVmRSS:\nVmHWM:\t  9 kB\nVmRSS:\t   10480 kB\n";

        assert_eq!(number_after("VmRSS:", status), Some(10_480));
        assert_eq!(
            number_after("write_bytes:", "rchar: 1\nwrite_bytes: 4096\n"),
            Some(4_096)
        );
        assert_eq!(number_after("VmSwap:", status), None);
    }
}
