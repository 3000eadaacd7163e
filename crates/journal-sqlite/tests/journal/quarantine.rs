//! A quarantine on a disk: apart from the journal, for the owner only, and nobody's burden.

use std::os::unix::fs::PermissionsExt as _;

use rusqlite::Connection;
use switchboard_core::Delivery;
use switchboard_core::journal::Journal as _;
use switchboard_core::quarantine::{
    Bounds, Listing, Quarantine as _, QuarantineError, Suspect, SuspectCause, SuspectId,
};
use switchboard_journal_sqlite::{OpenError, ReadError, SqliteQuarantine, SqliteQuarantineReader};

use crate::support::{Place, append};

fn open(place: &Place) -> SqliteQuarantine {
    SqliteQuarantine::open(place.path(), Bounds::default()).unwrap()
}

fn suspect(body: impl Into<bytes::Bytes>) -> Suspect {
    Suspect {
        endpoint: "support".into(),
        adapter: "acme".into(),
        delivery: Delivery::post(body).with("x-token", "hunter2"),
        cause: SuspectCause::Refused,
        diagnosis: "signature mismatch".into(),
    }
}

#[tokio::test]
async fn a_quarantine_has_a_file_of_its_own_for_the_owner_only() {
    let place = Place::new();
    let journal = place.open();
    append(&journal, "genuine").await;
    let quarantine = open(&place);

    quarantine.keep(suspect("needle-in-a-haystack"));
    quarantine.close().await;
    journal.close().await.unwrap();

    let mut holders = Vec::new();
    for entry in place.path().read_dir().unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let bytes = std::fs::read(&path).unwrap();
        if bytes
            .windows(20)
            .any(|window| window == b"needle-in-a-haystack")
        {
            holders.push(path.file_name().unwrap().to_owned());
        }
    }
    assert_eq!(holders, ["quarantine.db"]);
}

#[tokio::test]
async fn a_reader_sees_what_is_held_while_it_is_open() {
    let place = Place::new();
    drop(place.open());
    let quarantine = open(&place);
    for number in 0..5 {
        quarantine.keep(suspect(number.to_string()));
    }
    quarantine.remove(&[SuspectId(1)]).await.unwrap();

    let reader = SqliteQuarantineReader::open(place.path()).unwrap();

    let ids = |held: Vec<switchboard_core::quarantine::Held>| -> Vec<u64> {
        held.iter().map(|held| held.id.0).collect()
    };
    assert_eq!(ids(reader.list(&Listing::first(2)).unwrap()), [2, 3]);
    assert_eq!(ids(reader.last(&Listing::first(2)).unwrap()), [4, 5]);
    assert_eq!(
        reader.get(SuspectId(2)).unwrap().unwrap().delivery.body,
        "1"
    );
    assert!(reader.get(SuspectId(1)).unwrap().is_none());
    assert_eq!(reader.counts().unwrap()["support"].reverified, 1);
}

#[tokio::test]
async fn a_journal_that_never_had_a_quarantine_holds_nothing() {
    let place = Place::new();
    let nowhere = SqliteQuarantineReader::open(place.path()).unwrap_err();
    drop(place.open());

    let reader = SqliteQuarantineReader::open(place.path()).unwrap();

    assert!(matches!(nowhere, OpenError::Missing(_)), "{nowhere:?}");
    assert!(reader.list(&Listing::first(9)).unwrap().is_empty());
    assert!(reader.get(SuspectId(1)).unwrap().is_none());
    assert!(!place.path().join("quarantine.db").exists());
}

#[tokio::test]
async fn an_altered_delivery_is_told_and_the_others_are_had() {
    let place = Place::new();
    let quarantine = open(&place);
    for body in ["a", "b"] {
        quarantine.keep(suspect(body));
    }
    quarantine.counts().await.unwrap();
    let other = Connection::open(place.path().join("quarantine.db")).unwrap();
    let select = "SELECT record FROM suspect WHERE id = 1";
    let mut record: Vec<u8> = other.query_row(select, (), |row| row.get(0)).unwrap();
    // The last byte is the body's: what comes of it can be read, and is another delivery.
    *record.last_mut().unwrap() ^= 1;
    other
        .execute("UPDATE suspect SET record = ?1 WHERE id = 1", [record])
        .unwrap();

    let damaged = quarantine.get(SuspectId(1)).await.unwrap_err();
    let sound = quarantine.get(SuspectId(2)).await.unwrap();

    assert!(
        matches!(damaged, QuarantineError::Damaged(SuspectId(1))),
        "{damaged:?}"
    );
    assert_eq!(sound.unwrap().delivery.body, "b");
    let reader = SqliteQuarantineReader::open(place.path()).unwrap();
    let error = reader.get(SuspectId(1)).unwrap_err();
    assert!(matches!(error, ReadError::Corrupt(_)), "{error:?}");
}

#[tokio::test]
async fn what_cannot_be_written_is_counted_and_the_next_is_kept() {
    let place = Place::new();
    let quarantine = open(&place);
    quarantine.keep(suspect("before"));
    quarantine.counts().await.unwrap();
    let other = Connection::open(place.path().join("quarantine.db")).unwrap();
    other
        .execute("ALTER TABLE suspect RENAME TO away", ())
        .unwrap();

    quarantine.keep(suspect("lost"));
    let meanwhile = quarantine.counts().await.unwrap()["support"];
    other
        .execute("ALTER TABLE away RENAME TO suspect", ())
        .unwrap();
    quarantine.keep(suspect("after"));

    assert_eq!((meanwhile.kept, meanwhile.dropped), (1, 1));
    let counts = quarantine.counts().await.unwrap()["support"];
    assert_eq!((counts.kept, counts.dropped), (2, 1));
    drop(quarantine);
    let counts = open(&place).counts().await.unwrap()["support"];
    assert_eq!(
        (counts.kept, counts.dropped, counts.handed_over()),
        (2, 1, 3)
    );
}

#[tokio::test]
async fn the_bounds_hold_on_the_disk_too() {
    let place = Place::new();
    let bounds = Bounds {
        deliveries: 50,
        bytes: 1 << 20,
    };
    let quarantine = SqliteQuarantine::open(place.path(), bounds).unwrap();

    for round in 0..20 {
        for _ in 0..100 {
            quarantine.keep(suspect(vec![round; 30_000]));
        }
        // Waits until those are written.
        quarantine.counts().await.unwrap();
    }

    let counts = quarantine.counts().await.unwrap()["support"];
    assert!(counts.kept <= 50, "{counts:?}");
    assert_eq!(counts.handed_over(), 2000);
    quarantine.close().await;
    let file = place.path().join("quarantine.db").metadata().unwrap();
    assert!(file.len() < 16 << 20, "{}", file.len());
}

#[test]
fn somebody_elses_file_is_left_alone() {
    let place = Place::new();
    drop(place.open());
    std::fs::copy(
        place.path().join("log.db"),
        place.path().join("quarantine.db"),
    )
    .unwrap();

    let error = SqliteQuarantine::open(place.path(), Bounds::default()).unwrap_err();

    assert!(
        matches!(
            error,
            OpenError::Foreign {
                file: "quarantine.db"
            }
        ),
        "{error:?}"
    );
}
