//! A journal that does not agree with itself is found out.

use switchboard_core::journal::{Cause, Decoded, Journal as _, Undecoded, UndecodedCause, Verdict};
use switchboard_journal_sqlite::Finding;

use crate::support::{Place, append, claim, fail, moment, record, settle, with_events};

/// A journal with one of everything.
async fn filled() -> Place {
    let place = Place::new();
    let journal = place.open();
    with_events(&journal, 8).await;
    record(&journal, &["1", "9"]).await;
    let undecoded = Decoded::new(
        append(&journal, "not JSON").await,
        Err(Undecoded {
            cause: UndecodedCause::Unreadable,
            reason: "not JSON".into(),
        }),
    );
    journal.record(&[undecoded]).await.unwrap();
    append(&journal, "waiting").await;
    claim(&journal, moment(0), 6).await;
    settle(&journal, 2, Verdict::Delivered).await;
    fail(&journal, 3, moment(0), Verdict::Retry(moment(60))).await;
    fail(&journal, 5, moment(0), Verdict::Dead(Cause::Exhausted)).await;
    place
}

#[tokio::test]
async fn a_sound_journal_is_found_sound_while_it_runs_and_after() {
    let place = filled().await;
    let journal = place.open();

    assert_eq!(journal.check().await.unwrap(), []);
    let found = place.read().check().unwrap();
    let [Finding::InUse(holder)] = &found[..] else {
        panic!("{found:?}");
    };
    assert!(holder.starts_with("pid "), "{holder}");
    assert!(!found[0].is_fault());

    drop(journal);
    assert_eq!(place.read().check().unwrap(), []);
}

#[tokio::test]
async fn what_was_altered_is_found() {
    for (file, change, expected) in [
        (
            "index.db",
            "UPDATE progress SET events = events + 1",
            "events: 10 were counted, and there are 9",
        ),
        (
            "index.db",
            "UPDATE progress SET undecoded = 2",
            "undecoded deliveries: 2 were counted, and there are 1",
        ),
        (
            "index.db",
            "DELETE FROM event WHERE position = 3",
            "rows in retry whose event is gone: 0 were counted, and there are 1",
        ),
        (
            "index.db",
            "DELETE FROM dead",
            "dead letters of sink `app`: 1 were counted, and there are 0",
        ),
        (
            "index.db",
            "DELETE FROM retry",
            "waiting events of sink `app`: 1 were counted, and there are 0",
        ),
        (
            "index.db",
            "UPDATE sink SET delivered = 2",
            "settled events of sink `app`: 4 were counted, and there are 3",
        ),
        (
            "index.db",
            "UPDATE sink SET settled = '[[3,2]]'",
            "sink `app` stands at 0 and [(3, 2)]",
        ),
        (
            "index.db",
            "UPDATE progress SET decoded_to = 7, decoded = 6",
            "delivery 7 was decoded, and the log ends at 4",
        ),
        (
            "log.db",
            "DELETE FROM frame WHERE first = 2",
            "deliveries: 4 were counted, and there are 3",
        ),
        (
            "log.db",
            "UPDATE frame SET count = 2 WHERE first = 2",
            "commits that overlap: 0 were counted, and there are 1",
        ),
    ] {
        let place = filled().await;
        let database = rusqlite::Connection::open(place.path().join(file)).unwrap();
        database.execute(change, ()).unwrap();
        drop(database);

        let found = place.read().check().unwrap();

        assert!(found.iter().all(Finding::is_fault), "{change}: {found:?}");
        let found: Vec<_> = found.iter().map(Finding::to_string).collect();
        assert!(
            found.iter().any(|found| found == expected),
            "{change}: {found:?}"
        );
    }
}

#[tokio::test]
async fn a_torn_index_is_found() {
    let place = filled().await;
    drop(place.open());
    let path = place.path().join("index.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'retry_due'";
    let page: usize = database.query_row(root, (), |row| row.get(0)).unwrap();
    drop(database);
    let mut bytes = std::fs::read(&path).unwrap();
    // The last cells of the page: keys of the index.
    bytes[page * 16384 - 8] ^= 0x40;
    std::fs::write(&path, bytes).unwrap();

    let found = place.read().check().unwrap();

    let is_unsound = |found: &Finding| {
        matches!(
            found,
            Finding::Unsound {
                file: "index.db",
                ..
            }
        )
    };
    assert!(found.iter().any(is_unsound), "{found:?}");
}
