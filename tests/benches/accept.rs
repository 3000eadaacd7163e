//! Accepted-and-durable deliveries a second and the latency of their acknowledgement, over real
//! sockets, beside a bare hyper server that reads the same bodies: `cargo bench --bench accept`.
//!
//! Both servers run in turn, A B A B, each as a process of its own that shares the machine's cores
//! with the load generator; so the ratio counts, pair by pair, and not the absolute figure.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures time and prints what it measured"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::kommo::Kommo;
use switchboard_tests::site::Site;
use tokio::task::JoinSet;

const ROUNDS: usize = 5;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(4);
/// Makes the signed body 742 bytes long, the size that the project's figures speak of.
const PADDING: usize = 300;

#[tokio::main]
async fn main() {
    println!(
        "fsync of 4 KiB beside the journal: {:?} (median of 200)",
        fsync()
    );
    for connections in [64, 256] {
        let mut ratios = Vec::new();
        for round in 1..=ROUNDS {
            let bare = measure(
                &mut Command::new(env!("CARGO_BIN_EXE_bare-hyper")),
                connections,
            )
            .await;
            let site = Site::new();
            let switchboard = measure(
                Command::new(binary(Profile::Release))
                    .arg("run")
                    .arg("--config")
                    .arg(site.config()),
                connections,
            )
            .await;
            let ratio = switchboard.rate() / bare.rate();
            println!("{connections:>4} connections, round {round}: bare hyper {bare}");
            println!("{connections:>4} connections, round {round}: switchboard {switchboard}");
            println!("{connections:>4} connections, round {round}: ratio {ratio:.2}");
            ratios.push(ratio);
        }
        ratios.sort_by(f64::total_cmp);
        let (least, median, most) = (ratios[0], ratios[ROUNDS / 2], ratios[ROUNDS - 1]);
        println!(
            "{connections:>4} connections: ratio {median:.2} (from {least:.2} to {most:.2})\n"
        );
    }
}

/// What one server did in one round.
struct Round {
    span: Duration,
    latencies: Vec<Duration>,
}

impl Round {
    fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.span.as_secs_f64()
    }

    fn quantile(&self, part: f64) -> Duration {
        self.latencies[((self.latencies.len() - 1) as f64 * part) as usize]
    }
}

impl std::fmt::Display for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rate, p50, p99) = (self.rate(), self.quantile(0.5), self.quantile(0.99));
        let max = self.quantile(1.0);
        write!(
            f,
            "{rate:>8.0}/s, ack p50 {p50:.2?}, p99 {p99:.2?}, max {max:.2?}"
        )
    }
}

/// Starts a server, loads it from `connections` at once, each of which waits for its answer before
/// it sends the next delivery, and stops it.
async fn measure(command: &mut Command, connections: usize) -> Round {
    let server = Gateway::start(command);
    let shared = Arc::new(Shared::default());
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        senders.spawn(send(server.address(), Arc::clone(&shared)));
    }
    tokio::time::sleep(WARM_UP).await;
    shared.counts.store(true, Ordering::Relaxed);
    let begun = Instant::now();
    tokio::time::sleep(MEASURED).await;
    shared.ends.store(true, Ordering::Relaxed);
    let span = begun.elapsed();
    let mut latencies = senders.join_all().await.concat();
    latencies.sort_unstable();
    server.kill();
    Round { span, latencies }
}

#[derive(Default)]
struct Shared {
    next: AtomicU64,
    counts: AtomicBool,
    ends: AtomicBool,
}

async fn send(address: SocketAddr, shared: Arc<Shared>) -> Vec<Duration> {
    let kommo = Kommo::default();
    let mut client = Client::connect(address).await.expect("the server listens");
    let mut latencies = Vec::new();
    while !shared.ends.load(Ordering::Relaxed) {
        let id = format!("message-{}", shared.next.fetch_add(1, Ordering::Relaxed));
        let delivery = kommo.message(&id, PADDING);
        let begun = Instant::now();
        let answer = client
            .send("/in/support", &delivery)
            .await
            .expect("the server answers");
        assert_eq!(answer.status, 200);
        if shared.counts.load(Ordering::Relaxed) {
            latencies.push(begun.elapsed());
        }
    }
    latencies
}

/// What the disk takes for one small fsync: every durable figure is to be read beside it.
fn fsync() -> Duration {
    let folder = tempfile::tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR"))).expect("a folder");
    let mut file = std::fs::File::create(folder.path().join("fsync")).expect("a file");
    let mut spans: Vec<Duration> = (0..200)
        .map(|_| {
            use std::io::Write as _;
            file.write_all(&[7; 4096]).expect("it can be written");
            let begun = Instant::now();
            file.sync_data().expect("it can be synced");
            begun.elapsed()
        })
        .collect();
    spans.sort_unstable();
    spans[100]
}
