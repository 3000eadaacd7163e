//! What cannot be stored is not acknowledged, whatever the disk does.

use std::path::Path;
use std::process::Command;

use switchboard_tests::account::{altered, balanced, delivered, lost, stored};
use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::kommo::Kommo;
use switchboard_tests::liar;
use switchboard_tests::load::Ledger;
use switchboard_tests::site::Site;
use switchboard_tests::small_disk::SmallDisk;
use switchboard_tests::tool;

#[tokio::test]
async fn a_full_disk_is_answered_503_until_it_has_room_again() {
    if !tool::require_root() {
        return;
    }
    let disk = SmallDisk::new(48);
    let site = Site::new().with_journal(disk.path().join("journal"));
    let gateway = Gateway::run(&site.config());
    let (ledger, kommo) = (Ledger::default(), Kommo::default());
    let mut client = Client::connect(gateway.address()).await.unwrap();

    let refused = loop {
        let answer = ledger.send(&mut client, &kommo, 200_000).await.unwrap();
        if answer.status != 200 {
            break answer;
        }
    };
    let before = ledger.acked().len();
    disk.free();
    let after = ledger.send(&mut client, &kommo, 200_000).await.unwrap();

    assert_eq!(refused.status, 503);
    assert!(refused.head.contains("retry-after: "), "{refused:?}");
    assert!(before > 10, "the disk was full after {before} deliveries");
    assert_eq!(after.status, 200, "{}", gateway.log());
    nothing_is_missing(&site, &ledger);
    assert!(gateway.terminate().status.success());
}

/// The twin with one lie: that what could not be stored is.
#[tokio::test]
async fn a_gateway_that_acks_what_it_could_not_store_is_caught() {
    if !tool::require_root() {
        return;
    }
    let disk = SmallDisk::new(48);
    let site = Site::new().with_journal(disk.path().join("journal"));
    let gateway = Gateway::run_by(liar!("acks-what-fails"), &site.config());
    let (ledger, kommo) = (Ledger::default(), Kommo::default());
    let mut client = Client::connect(gateway.address()).await.unwrap();

    // Twice as much as there is room for.
    for _ in 0..250 {
        let answer = ledger.send(&mut client, &kommo, 200_000).await.unwrap();
        assert_eq!(answer.status, 200);
    }
    gateway.kill();
    disk.free();

    let gateway = Gateway::run(&site.config());
    let lost = lost(&ledger.acked(), &stored(&site));
    assert!(!lost.is_empty(), "the lie went unseen");
    assert!(gateway.terminate().status.success());
}

#[tokio::test]
async fn a_second_process_on_the_same_journal_is_turned_away_by_name() {
    let site = Site::new();
    let first = Gateway::run(&site.config());
    let (ledger, kommo) = (Ledger::default(), Kommo::default());

    let second = Command::new(binary(Profile::Dev))
        .args(["run", "--config"])
        .arg(site.config())
        .output()
        .unwrap();

    assert_eq!(second.status.code(), Some(73));
    let told = String::from_utf8(second.stderr).unwrap();
    assert!(
        told.contains(&first.pid().as_raw_nonzero().to_string()),
        "{told}"
    );
    let mut client = Client::connect(first.address()).await.unwrap();
    assert_eq!(
        ledger.send(&mut client, &kommo, 0).await.unwrap().status,
        200
    );
    nothing_is_missing(&site, &ledger);
}

#[tokio::test]
async fn a_log_that_cannot_be_synced_ends_the_process_before_another_ack() {
    // The first ones belong to the opening.
    for at in [4, 7, 12] {
        no_ack_after_a_failed_sync("log.db-wal", at).await;
    }
}

#[tokio::test]
async fn an_index_that_cannot_be_synced_ends_the_process_and_loses_nothing() {
    // A start makes a few.
    for at in [8, 12] {
        no_ack_after_a_failed_sync("index.db-wal", at).await;
    }
}

/// Lets the `at`th sync of `file` fail while one connection sends, and takes the account.
async fn no_ack_after_a_failed_sync(file: &str, at: u32) {
    let Some(strace) = tool::require("strace", "strace") else {
        return;
    };
    let site = Site::new();
    let gateway = Gateway::start(&mut failing(&strace, &site, file, at));
    let (ledger, kommo) = (Ledger::default(), Kommo::default());

    let mut client = Client::connect(gateway.address()).await.unwrap();
    let is_acked = |answer: std::io::Result<_>| {
        answer.is_ok_and(|answer: switchboard_tests::client::Answer| answer.status == 200)
    };
    while is_acked(ledger.send(&mut client, &kommo, 0).await) {}
    // Nobody is there any more, or says that nothing can be stored.
    while let Ok(mut client) = Client::connect(gateway.address()).await {
        let answer = ledger.send(&mut client, &kommo, 0).await;
        assert!(!is_acked(answer), "acked after sync {at} of {file} failed");
    }

    let ended = gateway.wait();
    assert_eq!(ended.status.code(), Some(74), "{}", ended.log);
    let restarted = Gateway::run(&site.config());
    nothing_is_missing(&site, &ledger);
    assert!(restarted.terminate().status.success());
}

fn failing(strace: &Path, site: &Site, file: &str, at: u32) -> Command {
    let mut command = Command::new(strace);
    command
        .args([
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=fsync,fdatasync",
            "-P",
        ])
        .arg(site.journal().join(file))
        .args(["-e", &format!("inject=fsync,fdatasync:error=EIO:when={at}")])
        .arg(binary(Profile::Dev))
        .args(["run", "--config"])
        .arg(site.config());
    command
}

/// Everything that was acked is in the journal byte for byte, everything in it comes out, and the
/// counters balance.
fn nothing_is_missing(site: &Site, ledger: &Ledger) {
    let (acked, stored) = (ledger.acked(), stored(site));
    assert_eq!(lost(&acked, &stored), Vec::<String>::new());
    assert_eq!(altered(&acked, &stored), Vec::<String>::new());
    let delivered = delivered(site, stored.len());
    assert!(
        stored.keys().eq(delivered.keys()),
        "what is stored and what came out differ"
    );
    balanced(site);
}
