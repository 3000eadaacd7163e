//! Copies of one delivery that race each other, and a kill between them, are one event.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use switchboard::core::journal::Counters;
use switchboard::journal_sqlite::SqliteReader;
use switchboard_tests::account::{all_delivered, balanced};
use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::kommo::Kommo;
use switchboard_tests::liar;
use switchboard_tests::receiver::{Manners, Receiver};
use switchboard_tests::site::Site;
use tokio::sync::{Barrier, Notify};
use tokio::task::JoinSet;

const COPIES: usize = 50;
const ROUNDS: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_racing_copies_and_a_kill_between_are_one_event() {
    let receiver = Receiver::start(Manners::Takes).await;
    let site = site(&receiver);

    let acked = race(&site, &receiver, ROUNDS, || {
        Command::new(binary(Profile::Dev))
    })
    .await;

    balanced(&site);
    all_delivered(&site, "app", &receiver, ROUNDS + 1);
    let counters = counters(&site);
    assert_eq!(counters.events, ROUNDS as u64 + 1);
    assert_eq!(counters.stored, counters.events + counters.duplicates);
    assert!(
        counters.stored >= acked as u64,
        "{acked} were acked, and {} are stored",
        counters.stored
    );
}

/// The twin with one lie: that a copy is a new event.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_records_copies_is_caught() {
    let receiver = Receiver::start(Manners::Takes).await;
    let site = site(&receiver);

    race(&site, &receiver, 1, || liar!("records-copies")).await;

    assert!(counters(&site).events > 2, "the lie went unseen");
}

fn site(receiver: &Receiver) -> Site {
    let url = receiver.url();
    Site::new().with(format!("[sinks.app]\ntype = \"http\"\nurl = \"{url}\""))
}

fn counters(site: &Site) -> Counters {
    let reader = SqliteReader::open(site.journal()).unwrap();
    reader.counters().unwrap()
}

/// In each round sends copies of one delivery all at once, kills the gateway after some of them were
/// acked, and sends as many again to the next one. Answers how many were acked in all, once all of
/// them were decoded.
async fn race(
    site: &Site,
    receiver: &Receiver,
    rounds: usize,
    program: impl Fn() -> Command,
) -> usize {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut acked = 0;
    for round in 0..rounds {
        let id = format!("copied-{round}");
        let gateway = Gateway::run_by(program(), &site.config());
        let copies = Copies::send(&gateway, &id).await;
        copies.are_acked(random.usize(1..COPIES)).await;
        gateway.kill();
        acked += copies.end().await;

        let gateway = Gateway::run_by(program(), &site.config());
        let again = Copies::send(&gateway, &id).await.end().await;
        assert_eq!(again, COPIES, "not every copy was acked");
        acked += again;
        gateway.kill();
    }
    // Decoded behind all the others.
    let gateway = Gateway::run_by(program(), &site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let last = Kommo::default().message("last", 0);
    client.send("/in/support", &last).await.unwrap();
    receiver.has_taken(":last").await;
    for round in 0..rounds {
        receiver.has_taken(&format!(":copied-{round}")).await;
    }
    gateway.terminate();
    acked + 1
}

/// Copies of one delivery on their way, each on a connection of its own.
struct Copies {
    senders: JoinSet<()>,
    acked: Arc<Acked>,
}

#[derive(Default)]
struct Acked {
    count: AtomicUsize,
    more: Notify,
}

impl Copies {
    async fn send(gateway: &Gateway, id: &str) -> Self {
        let delivery = Kommo::default().message(id, 0);
        let together = Arc::new(Barrier::new(COPIES));
        let acked = Arc::new(Acked::default());
        let mut senders = JoinSet::new();
        for _ in 0..COPIES {
            let mut client = Client::connect(gateway.address()).await.unwrap();
            let (delivery, together) = (delivery.clone(), Arc::clone(&together));
            let acked = Arc::clone(&acked);
            senders.spawn(async move {
                together.wait().await;
                // The gateway may have been killed.
                let Ok(answer) = client.send("/in/support", &delivery).await else {
                    return;
                };
                assert_eq!(answer.status, 200);
                acked.count.fetch_add(1, Ordering::SeqCst);
                acked.more.notify_waiters();
            });
        }
        Self { senders, acked }
    }

    /// Waits until so many were answered 200.
    async fn are_acked(&self, count: usize) {
        loop {
            let more = self.acked.more.notified();
            if self.acked.count.load(Ordering::SeqCst) >= count {
                return;
            }
            more.await;
        }
    }

    /// Waits until every copy was answered or its connection broke. Answers how many were acked.
    async fn end(mut self) -> usize {
        while let Some(sent) = self.senders.join_next().await {
            sent.unwrap();
        }
        self.acked.count.load(Ordering::SeqCst)
    }
}
