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

/// What a server answers that has no room for a call.
const REFUSED: u16 = 503;

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

/// How calls were answered.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// How long each took that was taken since it was measured.
    pub(crate) latencies: Vec<Duration>,
    /// So many were answered 503 since then: the server had no room for them.
    pub(crate) refused: u32,
    /// So many were taken from the beginning.
    pub(crate) taken: u64,
}

/// A load under way.
#[derive(Debug)]
pub(crate) struct Running {
    senders: JoinSet<io::Result<Answers>>,
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
            if !sender.call().await? {
                return Err(io::Error::other("it has no room"));
            }
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

    /// Ends it.
    ///
    /// # Errors
    ///
    /// When a connection broke, or an answer was neither 2xx nor 503.
    pub(crate) async fn end(mut self) -> io::Result<Answers> {
        self.phase.set(Phase::ENDED);
        let mut all = Answers::default();
        while let Some(answers) = self.senders.join_next().await {
            let answers = answers.expect("a sender does not panic")?;
            all.latencies.extend(answers.latencies);
            all.refused += answers.refused;
            all.taken += answers.taken;
        }
        Ok(all)
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
    async fn send(mut self, turns: Option<(Instant, Duration)>) -> io::Result<Answers> {
        let mut answers = Answers::default();
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
            let is_taken = self.call().await?;
            let is_measured = self.phase.is(Phase::MEASURED);
            answers.taken += u64::from(is_taken);
            answers.refused += u32::from(is_measured && !is_taken);
            if is_measured && is_taken {
                answers.latencies.push(begun.elapsed());
            }
        }
        Ok(answers)
    }

    /// Whether the call was taken, and not refused for want of room.
    async fn call(&mut self) -> io::Result<bool> {
        self.stream.write_all(self.calls.next()).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(status) = whole(&self.answer)? {
                return Ok(status != REFUSED);
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

/// The status of an answer that is there with its body. It must be a 2xx or 503, of a known length.
fn whole(answer: &[u8]) -> io::Result<Option<u16>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let parsed = head.parse(answer).map_err(io::Error::other)?;
    let httparse::Status::Complete(end) = parsed else {
        return Ok(None);
    };
    let status = head.code.unwrap_or_default();
    if !(200..300).contains(&status) && status != REFUSED {
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
    Ok((answer.len() >= end + length).then_some(status))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn who_has_no_room_is_counted_and_not_taken_for_an_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut calls = Calls::new(address, "/in/bench", 742, 1);
        let size = calls.next().len();
        let (many, mut told) = mpsc::channel(1);
        // Refuses every third call, until nobody calls any more.
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut call, mut taken, mut refused) = (vec![0; size], 0_usize, 0_u32);
            for number in 1.. {
                if stream.read_exact(&mut call).await.is_err() {
                    break;
                }
                let status = if number % 3 == 0 {
                    refused += 1;
                    "503 No"
                } else {
                    taken += 1;
                    "200 OK"
                };
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
                if number == 10 {
                    many.send(()).await.unwrap();
                }
            }
            (taken, refused)
        });

        let load = Load {
            calls,
            connections: 1,
            pace: Pace::Closed,
        };
        let running = load.begin(address).await.unwrap();
        running.measure();
        told.recv().await.unwrap();
        let answers = running.end().await.unwrap();

        let (taken, refused) = server.await.unwrap();
        assert_eq!(answers.taken, taken as u64);
        // The last call may have been answered when nothing was measured any more.
        assert!((refused - 1..=refused).contains(&answers.refused));
        assert!((taken - 1..=taken).contains(&answers.latencies.len()));
        assert!(refused >= 3, "of ten calls and more");
    }

    #[test]
    fn an_answer_is_whole_with_its_body() {
        let ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        let full = b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(whole(ok).unwrap(), Some(200));
        assert_eq!(whole(&ok[..ok.len() - 1]).unwrap(), None);
        assert_eq!(whole(b"HTTP/1.1 2").unwrap(), None);
        assert_eq!(
            whole(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap(),
            Some(204)
        );
        assert_eq!(whole(full).unwrap(), Some(REFUSED));
        for wrong in [
            &b"HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\n\r\n",
        ] {
            assert!(whole(wrong).is_err());
        }
    }
}
