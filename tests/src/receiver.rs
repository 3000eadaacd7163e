//! A backend that takes events, as well or as badly as a test wants.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// How a receiver treats whoever calls.
#[derive(Clone, Debug, PartialEq)]
pub enum Manners {
    /// Answers 200.
    Takes,
    /// Answers this status and says this.
    Refuses(u16, &'static str),
    /// Reads the request and never answers.
    Hangs,
    /// Begins an answer of 200 and brings the rest a byte at a time, for ever.
    Trickles,
    /// Answers 200 and resets the connection before anybody can have read the end of it.
    Resets,
    /// Accepts the connection and reads nothing.
    Vanishes,
}

/// A backend on a port of its own. Its manners can change at any time.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    manners: watch::Sender<Manners>,
    taken: Arc<Taken>,
    _serving: JoinSet<()>,
}

/// What came.
#[derive(Debug, Default)]
struct Taken {
    /// The envelopes that were answered 200, without their data.
    events: Mutex<Vec<Value>>,
    /// How often each of them was, by its id.
    times: Mutex<BTreeMap<String, usize>>,
    /// Those whose answer was written to its end.
    answered: Mutex<BTreeSet<String>>,
    calls: AtomicUsize,
    changed: Notify,
}

impl Receiver {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// When there is no port.
    pub async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let taken = Arc::new(Taken::default());
        let (manners, behaviour) = watch::channel(manners);
        let mut serving = JoinSet::new();
        let kept = Arc::clone(&taken);
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, behaviour.clone(), Arc::clone(&kept)));
            }
        });
        Self {
            address,
            manners,
            taken,
            _serving: serving,
        }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}/events", self.address)
    }

    /// From now on it behaves like this; whoever waits for an answer is let go.
    pub fn behaves(&self, manners: Manners) {
        self.manners.send_replace(manners);
    }

    /// The envelope of every event that was answered 200, in that order, without its data.
    pub fn taken(&self) -> Vec<Value> {
        self.taken.events.lock().expect("no holder panics").clone()
    }

    /// Waits until it was called `times` times in all, whatever it answered.
    pub async fn is_called(&self, times: usize) {
        loop {
            let changed = self.taken.changed.notified();
            if self.calls() >= times {
                return;
            }
            changed.await;
        }
    }

    /// How often it was called.
    pub fn calls(&self) -> usize {
        self.taken.calls.load(Ordering::Relaxed)
    }

    /// Waits until it took an event whose id ends like this.
    pub async fn has_taken(&self, end: &str) {
        loop {
            let changed = self.taken.changed.notified();
            if self.times().keys().any(|id| id.ends_with(end)) {
                return;
            }
            changed.await;
        }
    }

    /// How often each event was taken, by its id, once `count` different ones were.
    pub async fn takes(&self, count: usize) -> BTreeMap<String, usize> {
        loop {
            let changed = self.taken.changed.notified();
            let taken = self.taken.times.lock().expect("no holder panics").len();
            if taken >= count {
                return self.times();
            }
            changed.await;
        }
    }

    /// Waits until it answered `count` different events to the end: a gateway that ends now reads those
    /// answers, and gives none of these events again.
    pub async fn answers(&self, count: usize) {
        loop {
            let changed = self.taken.changed.notified();
            let answered = self.taken.answered.lock().expect("no holder panics").len();
            if answered >= count {
                return;
            }
            changed.await;
        }
    }

    /// How often each event was taken, by its id.
    pub fn times(&self) -> BTreeMap<String, usize> {
        self.taken.times.lock().expect("no holder panics").clone()
    }
}

/// Serves one connection until it ends.
async fn serve(stream: TcpStream, mut manners: watch::Receiver<Manners>, taken: Arc<Taken>) {
    // Whoever calls may go away at any time.
    let _ = converse(stream, &mut manners, &taken).await;
}

async fn converse(
    stream: TcpStream,
    manners: &mut watch::Receiver<Manners>,
    taken: &Taken,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        if *manners.borrow() == Manners::Vanishes {
            other_than(manners, &Manners::Vanishes).await;
            return Ok(());
        }
        let body = read(&mut stream).await?;
        taken.calls.fetch_add(1, Ordering::Relaxed);
        taken.changed.notify_waiters();
        let behaviour = manners.borrow().clone();
        match &behaviour {
            Manners::Takes => {
                let id = taken.note(&body);
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                    .await?;
                taken.answer(id);
            }
            Manners::Refuses(status, words) => {
                let length = words.len();
                let answer =
                    format!("HTTP/1.1 {status} No\r\ncontent-length: {length}\r\n\r\n{words}");
                stream.write_all(answer.as_bytes()).await?;
            }
            Manners::Hangs | Manners::Vanishes => {
                other_than(manners, &behaviour).await;
                return Ok(());
            }
            Manners::Trickles => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nx-slow: ").await?;
                // That it is slow is what is wrong with it.
                let mut drip = tokio::time::interval(Duration::from_millis(200));
                loop {
                    tokio::select! {
                        () = other_than(manners, &behaviour) => return Ok(()),
                        _ = drip.tick() => stream.write_all(b"z").await?,
                    }
                }
            }
            Manners::Resets => {
                taken.note(&body);
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-len").await?;
                stream.get_ref().set_zero_linger()?;
                return Ok(());
            }
        }
    }
}

/// Waits until the manners are no longer `these`.
async fn other_than(manners: &mut watch::Receiver<Manners>, these: &Manners) {
    // The test has ended when nobody can change them any more.
    let _ = manners.wait_for(|manners| manners != these).await;
}

impl Taken {
    fn note(&self, body: &[u8]) -> String {
        let mut event: Value = serde_json::from_slice(body).expect("an event is JSON");
        event["data"].take();
        let id = event["id"].as_str().expect("an event has an id").to_owned();
        let mut times = self.times.lock().expect("no holder panics");
        *times.entry(id.clone()).or_default() += 1;
        drop(times);
        self.events.lock().expect("no holder panics").push(event);
        self.changed.notify_waiters();
        id
    }

    fn answer(&self, id: String) {
        self.answered.lock().expect("no holder panics").insert(id);
        self.changed.notify_waiters();
    }
}

/// The body of the next request.
async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let (mut length, mut line) = (0, String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value
                .trim()
                .parse()
                .map_err(|_| io::ErrorKind::InvalidData)?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(body)
}
