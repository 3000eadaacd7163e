//! kill -9 loses nothing that was answered 200.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;
use switchboard::core::journal::{LogPosition, MAX_UNSETTLED};
use switchboard::journal_sqlite::SqliteReader;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::load::{Ledger, until_acked};
use switchboard_tests::site::Site;
use switchboard_tests::watch::lines_until;

const SENDERS: usize = 64;
const KILLS: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn sixty_kills_under_load_lose_nothing_that_was_acked() {
    let site = Site::new();
    let ledger = Arc::new(Ledger::default());

    torture(&site, &ledger, KILLS, || Command::new(binary(Profile::Dev))).await;

    let gateway = Gateway::run(&site.config());
    let stored = stored(&site);
    assert_eq!(lost(&ledger.acked(), &stored), Vec::<String>::new());
    assert_eq!(altered(&ledger.acked(), &stored), Vec::<String>::new());
    let delivered = delivered(&site, stored.len());
    assert!(
        stored.keys().eq(delivered.keys()),
        "what is stored and what came out differ"
    );
    let repeated: usize = delivered.values().map(|times| times - 1).sum();
    assert!(
        repeated <= KILLS * MAX_UNSETTLED,
        "{repeated} events were repeated"
    );
    println!(
        "{} sent, {} acked, {} stored, {repeated} repeated",
        ledger.sent(),
        ledger.acked().len(),
        stored.len()
    );
    assert!(gateway.terminate().status.success());
}

/// The twin with one lie: it acknowledges before the commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_acks_before_the_commit_is_caught() {
    let site = Site::new();
    let ledger = Arc::new(Ledger::default());

    torture(&site, &ledger, 3, || {
        Command::new(env!("CARGO_BIN_EXE_lying-gateway"))
    })
    .await;

    let _gateway = Gateway::run(&site.config());
    assert!(
        !lost(&ledger.acked(), &stored(&site)).is_empty(),
        "the lie went unseen"
    );
}

/// Starts a gateway, kills it under load after a random number of acks, again and again.
async fn torture(site: &Site, ledger: &Arc<Ledger>, kills: usize, program: impl Fn() -> Command) {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..kills {
        let gateway = Gateway::start(program().arg("run").arg("--config").arg(site.config()));
        let acks = random.usize(1..400);
        let address = gateway.address();
        until_acked(address, SENDERS, ledger, acks, || gateway.kill()).await;
    }
}

/// The body of every delivery in the journal, by the id of its message.
fn stored(site: &Site) -> BTreeMap<String, Bytes> {
    let mut reader = SqliteReader::open(&site.journal()).expect("the journal can be read");
    let count = reader.counters().expect("the journal can be read").stored;
    (1..=count)
        .map(|position| {
            let stored = reader
                .delivery(LogPosition(position))
                .expect("the journal can be read");
            let body = stored.expect("positions have no gaps").intake.delivery.body;
            let hook: Value = serde_json::from_slice(&body).expect("every body is JSON");
            (text(&hook["message"]["message"]["id"]), body)
        })
        .collect()
}

/// The acked deliveries that are not there.
fn lost(acked: &BTreeMap<String, Bytes>, stored: &BTreeMap<String, Bytes>) -> Vec<String> {
    acked
        .keys()
        .filter(|id| !stored.contains_key(*id))
        .cloned()
        .collect()
}

/// The acked deliveries that are there with other bytes.
fn altered(acked: &BTreeMap<String, Bytes>, stored: &BTreeMap<String, Bytes>) -> Vec<String> {
    let differs = |(id, body): &(&String, &Bytes)| stored.get(*id).is_some_and(|b| b != *body);
    acked
        .iter()
        .filter(differs)
        .map(|(id, _)| id.clone())
        .collect()
}

/// How often each message came out of the file sink, once `count` different ones have.
fn delivered(site: &Site, count: usize) -> BTreeMap<String, usize> {
    let mut delivered = BTreeMap::new();
    lines_until(&site.events(), |line| {
        // A kill may tear a line; its event comes again on a line of its own.
        if let Ok(event) = serde_json::from_str::<Value>(line) {
            *delivered
                .entry(text(&event["data"]["message"]["id"]))
                .or_default() += 1;
        }
        delivered.len() == count
    });
    delivered
}

fn text(id: &Value) -> String {
    id.as_str().expect("an id is a text").to_owned()
}
