//! A load on a server, from many connections at once.

use std::io;
use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::Calls;
use crate::clock::now;

/// When the next call is made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// As soon as the one before it on its connection is answered.
    Closed,
    /// So many a second over all connections, whatever the server does.
    Open(NonZero<u32>),
}

/// A load, which has not begun.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) calls: Calls,
    pub(crate) connections: usize,
    pub(crate) pace: Pace,
}

/// Connections that were answered once each, and say nothing now.
#[derive(Debug)]
pub(crate) struct Idle {
    _senders: Vec<Sender>,
}

/// A load under way.
#[derive(Debug)]
pub(crate) struct Running {
    senders: JoinSet<io::Result<Vec<Duration>>>,
    phase: Arc<Phase>,
}

/// What its senders are to do: warm up, measure, end.
#[derive(Debug, Default)]
struct Phase(AtomicU8);

impl Phase {
    const MEASURED: u8 = 1;
    const ENDED: u8 = 2;

    fn is(&self, phase: u8) -> bool {
        self.0.load(Ordering::Relaxed) == phase
    }

    fn set(&self, phase: u8) {
        self.0.store(phase, Ordering::Relaxed);
    }
}

impl Load {
    /// Begins to send to `address`, and measures nothing yet.
    ///
    /// # Errors
    ///
    /// When nobody listens there.
    pub(crate) async fn begin(self, address: SocketAddr) -> io::Result<Running> {
        let phase = Arc::new(Phase::default());
        let mut senders = JoinSet::new();
        let begun = now();
        for number in 0..self.connections {
            let sender = Sender::connect(address, self.calls.clone(), Arc::clone(&phase)).await?;
            let turns = match self.pace {
                Pace::Closed => None,
                Pace::Open(rate) => {
                    let apart = Duration::from_secs(1) / rate.get();
                    let connections = u32::try_from(self.connections).unwrap_or(u32::MAX);
                    let number = u32::try_from(number).unwrap_or(u32::MAX);
                    Some((begun + apart * number, apart * connections))
                }
            };
            senders.spawn(sender.send(turns));
        }
        Ok(Running { senders, phase })
    }

    /// Connects to `address`, makes one call on each connection, and leaves it at that.
    ///
    /// # Errors
    ///
    /// When nobody listens there, or an answer is no 2xx.
    pub(crate) async fn rest(self, address: SocketAddr) -> io::Result<Idle> {
        let mut senders = Vec::new();
        for _ in 0..self.connections {
            let phase = Arc::default();
            let mut sender = Sender::connect(address, self.calls.clone(), phase).await?;
            sender.call().await?;
            senders.push(sender);
        }
        Ok(Idle { _senders: senders })
    }
}

impl Running {
    /// From now on it is measured.
    pub(crate) fn measure(&self) {
        self.phase.set(Phase::MEASURED);
    }

    /// Ends it. Answers how long each call took that was answered since it was measured.
    ///
    /// # Errors
    ///
    /// When a connection broke or an answer was no 2xx.
    pub(crate) async fn end(mut self) -> io::Result<Vec<Duration>> {
        self.phase.set(Phase::ENDED);
        let mut latencies = Vec::new();
        while let Some(sent) = self.senders.join_next().await {
            latencies.extend(sent.expect("a sender does not panic")?);
        }
        Ok(latencies)
    }
}

/// One connection.
#[derive(Debug)]
struct Sender {
    stream: TcpStream,
    /// What was read of the answer.
    answer: Vec<u8>,
    calls: Calls,
    phase: Arc<Phase>,
}

impl Sender {
    async fn connect(address: SocketAddr, calls: Calls, phase: Arc<Phase>) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            answer: Vec::with_capacity(4096),
            calls,
            phase,
        })
    }

    /// Sends until the load ends. `turns`: when its first call is due, and how far they are apart.
    async fn send(mut self, turns: Option<(Instant, Duration)>) -> io::Result<Vec<Duration>> {
        let mut latencies = Vec::new();
        let mut due = turns.map(|(first, _)| first);
        while !self.phase.is(Phase::ENDED) {
            let begun = match &mut due {
                None => now(),
                Some(due) => {
                    let turn = *due;
                    *due += turns.map_or(Duration::ZERO, |(_, apart)| apart);
                    begin(turn).await
                }
            };
            self.call().await?;
            if self.phase.is(Phase::MEASURED) {
                latencies.push(begun.elapsed());
            }
        }
        Ok(latencies)
    }

    async fn call(&mut self) -> io::Result<()> {
        self.stream.write_all(self.calls.next()).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if is_whole(&self.answer)? {
                return Ok(());
            }
        }
    }
}

/// Waits for a turn. Answers since when the call has waited: since its turn, when the one before it
/// was late; else since now, as a timer that wakes late is not the server's fault.
async fn begin(turn: Instant) -> Instant {
    if turn < now() {
        return turn;
    }
    sleep_until(turn.into()).await;
    now()
}

/// Whether the answer is there with its body. It must be a 2xx of a known length.
fn is_whole(answer: &[u8]) -> io::Result<bool> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let parsed = head.parse(answer).map_err(io::Error::other)?;
    let httparse::Status::Complete(end) = parsed else {
        return Ok(false);
    };
    let status = head.code.unwrap_or_default();
    if !(200..300).contains(&status) {
        return Err(io::Error::other(format!("it answered {status}")));
    }
    let length = head
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .map(|header| std::str::from_utf8(header.value).map(str::parse));
    let length: usize = match length {
        Some(Ok(Ok(length))) => length,
        None if status == 204 => 0,
        _ => return Err(io::Error::other("it answered without a length")),
    };
    Ok(answer.len() >= end + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_with_its_body() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        assert!(is_whole(whole).unwrap());
        assert!(!is_whole(&whole[..whole.len() - 1]).unwrap());
        assert!(!is_whole(b"HTTP/1.1 2").unwrap());
        assert!(is_whole(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap());
        for wrong in [
            &b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\n\r\n",
        ] {
            assert!(is_whole(wrong).is_err());
        }
    }
}
