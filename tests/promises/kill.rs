//! Neither kill -9 nor a stop loses anything that was answered 200.

use std::process::Command;
use std::sync::Arc;

use switchboard::core::journal::MAX_UNSETTLED;
use switchboard_tests::account::{altered, balanced, delivered, lost, stored};
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::liar;
use switchboard_tests::load::{Ledger, until_acked};
use switchboard_tests::site::Site;

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
    balanced(&site);
}

/// The twin with one lie: it acknowledges before the commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_acks_before_the_commit_is_caught() {
    let site = Site::new();
    let ledger = Arc::new(Ledger::default());

    torture(&site, &ledger, 3, || liar!("acks-first")).await;

    let _gateway = Gateway::run(&site.config());
    assert!(
        !lost(&ledger.acked(), &stored(&site)).is_empty(),
        "the lie went unseen"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_under_load_ends_in_order_and_loses_nothing_that_was_acked() {
    let site = Site::new();
    let ledger = Arc::new(Ledger::default());
    let gateway = Gateway::run(&site.config());
    let mut ended = None;

    let address = gateway.address();
    until_acked(address, SENDERS, &ledger, 500, || {
        ended = Some(gateway.terminate())
    })
    .await;

    let ended = ended.expect("it was told to end");
    assert_eq!(ended.status.code(), Some(0), "{}", ended.log);
    let _gateway = Gateway::run(&site.config());
    let stored = stored(&site);
    assert_eq!(lost(&ledger.acked(), &stored), Vec::<String>::new());
    let delivered = delivered(&site, stored.len());
    assert!(
        delivered.values().all(|times| *times == 1),
        "a stop in order repeats nothing"
    );
}

/// Starts a gateway, kills it under load after a random number of acks, again and again.
async fn torture(site: &Site, ledger: &Arc<Ledger>, kills: usize, program: impl Fn() -> Command) {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..kills {
        let gateway = Gateway::run_by(program(), &site.config());
        let acks = random.usize(1..400);
        let address = gateway.address();
        until_acked(address, SENDERS, ledger, acks, || gateway.kill()).await;
    }
}
