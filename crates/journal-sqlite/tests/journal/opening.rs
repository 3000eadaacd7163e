//! What a journal is opened on.

use std::os::unix::fs::PermissionsExt as _;

use rusqlite::Connection;
use switchboard_core::journal::Journal as _;
use switchboard_journal_sqlite::{OpenError, SqliteJournal, SqliteReader};

use crate::support::{Place, append};

fn refused(place: &Place) -> OpenError {
    SqliteJournal::open(place.path()).unwrap_err()
}

#[tokio::test]
async fn a_second_opener_is_told_who_has_it() {
    let place = Place::new();
    let journal = place.open();

    let error = refused(&place);

    let OpenError::Locked { pid, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*pid, Some(std::process::id()));
    assert!(error.to_string().contains("switchboard 0."), "{error}");
    journal.close().await.unwrap();
    place.open();
}

#[tokio::test]
async fn every_file_is_for_the_owner_only() {
    let place = Place::new();
    let journal = place.open();
    append(&journal, "").await;

    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.path()), 0o700);
    let mut names = Vec::new();
    for entry in place.path().read_dir().unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_owned());
    }
    names.sort();
    let expected = [
        "index.db",
        "index.db-shm",
        "index.db-wal",
        "lock",
        "log.db",
        "log.db-shm",
        "log.db-wal",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_newer_journal_is_refused() {
    let place = Place::new();
    drop(place.open());
    let file = Connection::open(place.path().join("index.db")).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    drop(file);

    let error = refused(&place);

    assert!(
        matches!(error, OpenError::Newer { found: 99, .. }),
        "{error:?}"
    );
    let error = SqliteReader::open(place.path()).unwrap_err();
    assert!(
        matches!(error, OpenError::Newer { found: 99, .. }),
        "{error:?}"
    );
}

#[test]
fn swapped_files_are_refused() {
    let place = Place::new();
    drop(place.open());
    std::fs::copy(place.path().join("log.db"), place.path().join("index.db")).unwrap();

    let error = refused(&place);

    assert!(
        matches!(error, OpenError::Foreign { file: "index.db" }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_index_ahead_of_its_log_is_refused() {
    let place = Place::new();
    let journal = place.open();
    crate::support::record(&journal, &["a"]).await;
    drop(journal);
    std::fs::remove_file(place.path().join("log.db")).unwrap();

    let error = refused(&place);

    assert!(matches!(error, OpenError::Corrupt(_)), "{error:?}");
}

#[test]
fn no_journal_is_said_so() {
    let place = Place::new();

    let error = SqliteReader::open(place.path()).unwrap_err();

    assert!(matches!(error, OpenError::Missing(_)), "{error:?}");
}
