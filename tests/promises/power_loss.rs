//! Power loss loses no acknowledged delivery and corrupts nothing.

use std::path::Path;
use std::time::Duration;

use fastrand::Rng;
use switchboard_core::journal::Journal as _;
use switchboard_journal_sqlite::SqliteJournal;
use switchboard_tests::powerloss::{
    Life, Report, Statement, Trace, cut_power, is_sound, keeps_its_word,
};
use switchboard_tests::tool;

/// How many disks the ordinary test rebuilds; `POWER_LOSS_IMAGES` asks for another number.
const IMAGES: usize = 300;

#[test]
fn power_loss_loses_no_acknowledged_delivery_and_corrupts_nothing() {
    let Some((trace, report, seed)) = lose_power("full", images()) else {
        return;
    };

    if let Some(first) = report.violations.first() {
        panic!(
            "{} of {} images break the promise, seed {seed}, trace {}; the first: {first}",
            report.violations.len(),
            report.images,
            trace.keep().display(),
        );
    }
}

/// If this passes for want of violations, the test above proves nothing.
#[test]
fn power_loss_is_noticed_where_commits_are_not_synced() {
    let Some((_, report, seed)) = lose_power("normal", images() / 5) else {
        return;
    };

    let lost = |reason: &str| reason.contains("was acknowledged and is lost");
    assert!(
        report
            .violations
            .iter()
            .any(|violation| lost(&violation.reason)),
        "nothing was lost of {} images, seed {seed}: {:?}",
        report.images,
        report.violations
    );
}

/// Lets the driver work on a journal with this setting of SQLite's `synchronous`, and cuts the power.
fn lose_power(synchronous: &str, images: usize) -> Option<(Trace, Report, u64)> {
    let strace = tool::require("strace", "strace")?;
    let seed = fastrand::u64(..);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime starts");

    let trace = Trace::record(&strace, lives(seed, synchronous));
    let report = cut_power(&trace, seed, images, |root, said| {
        runtime.block_on(recover(&root.join("journal"), &statements(said)))
    });
    Some((trace, report, seed))
}

/// Two that are killed while they commit, and one that ends in order.
fn lives(seed: u64, synchronous: &str) -> Vec<Life> {
    let mut rng = Rng::with_seed(seed);
    let mut sync = || rng.u32(12..24);
    [Some(sync()), Some(sync()), None]
        .into_iter()
        .map(|killed_at_sync| Life {
            program: env!("CARGO_BIN_EXE_journal-driver").into(),
            args: vec![rng.u64(..).to_string(), synchronous.to_owned()],
            killed_at_sync,
        })
        .collect()
}

async fn recover(directory: &Path, said: &[Statement]) -> Result<(), String> {
    let journal =
        SqliteJournal::open(directory).map_err(|error| format!("it is refused: {error:?}"))?;
    let deadline = Duration::from_secs(5);
    tokio::time::timeout(deadline, keeps_its_word(&journal, said))
        .await
        .map_err(|_| format!("it has not answered for {deadline:?}"))??;
    journal
        .close()
        .await
        .map_err(|error| format!("it cannot be closed: {error:?}"))?;
    is_sound(directory)
}

fn statements(said: &[u8]) -> Vec<Statement> {
    let said = std::str::from_utf8(said).expect("the driver says only text");
    let lines = said.lines().map(str::parse);
    lines
        .collect::<Result<_, _>>()
        .expect("the driver says only statements")
}

fn images() -> usize {
    std::env::var("POWER_LOSS_IMAGES").map_or(IMAGES, |images| {
        images.parse().expect("POWER_LOSS_IMAGES is a number")
    })
}
