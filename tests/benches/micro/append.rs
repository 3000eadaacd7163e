//! The group commit: many append at once, and wait for the disk. By the clock alone, as most of it is
//! waiting.

use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use switchboard::core::journal::Intake;
use switchboard::core::{Delivery, Verified};
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{Journal, core::journal::AppendError};
use switchboard_tests::kommo::Kommo;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// Times an append by so many producers at once. The disk is that of temporary folders.
pub(crate) fn time(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = criterion.benchmark_group("append");
    group.throughput(Throughput::Elements(1));
    for producers in [1, 64, 256] {
        group.bench_function(producers.to_string(), |bencher| {
            let folder = tempfile::tempdir().unwrap();
            let journal = Arc::new(SqliteJournal::open(folder.path()).unwrap());
            let delivery = Kommo::default().message("m-1", 300);
            bencher.iter_custom(|appends| {
                runtime.block_on(append(&journal, &delivery, producers, appends))
            });
        });
    }
    group.finish();
}

/// How long so many appends take, shared among the producers.
async fn append(
    journal: &Arc<SqliteJournal>,
    delivery: &Delivery,
    producers: u64,
    appends: u64,
) -> Duration {
    let begun = Instant::now();
    let mut producing = JoinSet::<Result<(), AppendError>>::new();
    for number in 0..producers {
        let share = appends / producers + u64::from(number < appends % producers);
        let (journal, intake) = (Arc::clone(journal), intake(delivery));
        producing.spawn(async move {
            for _ in 0..share {
                let _ = journal.append(&intake).await?;
            }
            Ok(())
        });
    }
    for produced in producing.join_all().await {
        produced.unwrap();
    }
    begun.elapsed()
}

fn intake(delivery: &Delivery) -> Intake {
    Intake {
        endpoint: "support".to_owned(),
        adapter: "kommo-chats".to_owned(),
        delivery: delivery.clone(),
        verified: Verified::new("hmac-sha1"),
    }
}
