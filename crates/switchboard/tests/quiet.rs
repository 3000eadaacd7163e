//! A gateway leaves the process as it was. A test binary of its own, as it looks at all of the process.

#![cfg(all(feature = "sqlite", target_os = "linux"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;

use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{Event, SinkError, Switchboard};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The signals that are caught and ignored, those that this thread blocks, and how many threads there
/// are. Another thread blocks all of them for a moment whenever it starts one.
fn standing() -> BTreeMap<String, String> {
    let status = fs::read_to_string("/proc/thread-self/status").unwrap();
    let lines = status.lines().filter_map(|line| line.split_once(':'));
    lines
        .filter(|(name, _)| ["SigBlk", "SigCgt", "SigIgn", "Threads"].contains(name))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

#[test]
fn nothing_of_the_process_is_changed() {
    let before = standing();
    assert_eq!(before.len(), 4, "{before:?}");
    let folder = std::env::temp_dir().join(format!("switchboard-quiet-{}", std::process::id()));

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let gateway = Switchboard::builder()
            .journal(SqliteJournal::open(&folder).unwrap())
            .on("app", async |_: Event| Ok::<(), SinkError>(()))
            .build()
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = gateway.serve(listener, async { stopped.await.unwrap() });
        let (served, during) = tokio::join!(serving, async {
            tokio::task::yield_now().await;
            let during = standing();
            stop.send(()).unwrap();
            during
        });
        served.unwrap();
        for signals in ["SigBlk", "SigCgt", "SigIgn"] {
            assert_eq!(during[signals], before[signals], "{signals}");
        }
        assert!(
            !tracing::dispatcher::has_been_set(),
            "a subscriber of tracing"
        );
    });
    drop(runtime);

    assert_eq!(standing(), before);
    fs::remove_dir_all(folder).unwrap();
}
