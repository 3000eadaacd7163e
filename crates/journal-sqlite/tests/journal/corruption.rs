//! Altered files: a record is flagged, or the journal refuses; nothing altered comes out.

use std::path::Path;
use std::sync::Arc;

use switchboard_core::journal::{
    Decoded, Fault, Journal as _, JournalError, LogPosition, UndecodedCause, UndecodedFilter,
};
use switchboard_journal_sqlite::SqliteJournal;

use crate::support::{Place, append, moment, record, request};

const BODIES: u64 = 40;

/// Bodies so unlike each other that none is part of another.
fn body(number: u64) -> Vec<u8> {
    (0..400)
        .map(|index| (number * 97 + index * index) as u8)
        .collect()
}

async fn filled() -> Place {
    let place = Place::new();
    let journal = Arc::new(place.open());
    let appends = (1..=BODIES).map(|number| {
        let journal = Arc::clone(&journal);
        tokio::spawn(async move { append(&journal, body(number)).await })
    });
    for append in appends.collect::<Vec<_>>() {
        append.await.unwrap();
    }
    journal.close().await.unwrap();
    place
}

fn flip(path: &Path, byte: usize, bit: u8) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[byte] ^= 1 << bit;
    std::fs::write(path, bytes).unwrap();
}

/// Flips a bit wherever `wanted` stands: SQLite leaves old copies in the free space of its pages.
fn flip_every(path: &Path, wanted: &[u8]) {
    let bytes = std::fs::read(path).unwrap();
    let windows = bytes.windows(wanted.len()).enumerate();
    for (at, _) in windows.filter(|(_, window)| *window == wanted) {
        flip(path, at, 3);
    }
}

#[tokio::test]
async fn a_damaged_delivery_is_flagged_and_the_others_are_served() {
    let place = filled().await;
    let log = place.path().join("log.db");
    flip_every(&log, &body(7)[100..200]);

    let journal = place.open();
    let served = journal.next(100).await.unwrap();

    assert_eq!(served.len() as u64, BODIES - 1);
    let flagged = place.read().undecoded(&UndecodedFilter::last(10)).unwrap();
    assert_eq!(flagged.len(), 1);
    assert_eq!(flagged[0].undecoded.cause, UndecodedCause::Damaged);
    let to_decode = journal.undecoded(LogPosition(0), 10).await.unwrap();
    assert!(to_decode.is_empty(), "no adapter makes anything of it");
    let damaged = flagged[0].position;
    assert!(served.iter().all(|stored| stored.position != damaged));
    let error = journal.delivery(damaged).await.unwrap_err();
    assert!(matches!(error, JournalError::Damaged(position) if position == damaged));
    // It is counted once, however often it is found.
    drop(journal);
    place.open().next(100).await.unwrap();
    assert_eq!(place.read().counters().unwrap().undecoded, 1);
}

#[tokio::test]
async fn a_lost_frame_is_flagged() {
    let place = Place::new();
    let journal = place.open();
    for body in ["1", "2", "3"] {
        append(&journal, body).await;
    }
    drop(journal);
    let log = rusqlite::Connection::open(place.path().join("log.db")).unwrap();
    log.execute("DELETE FROM frame WHERE first = 2", ())
        .unwrap();
    drop(log);

    let served = place.open().next(100).await.unwrap();

    let positions = served.iter().map(|stored| stored.position.0);
    assert_eq!(positions.collect::<Vec<_>>(), [1, 3]);
    assert_eq!(
        place.read().undecoded(&UndecodedFilter::last(10)).unwrap()[0].position,
        LogPosition(2)
    );
}

#[tokio::test]
async fn damaged_deliveries_alone_are_passed_by_and_noted_once() {
    let place = Place::new();
    let journal = place.open();
    for body in ["1", "2", "3"] {
        append(&journal, body).await;
    }
    drop(journal);
    let log = rusqlite::Connection::open(place.path().join("log.db")).unwrap();
    log.execute("UPDATE frame SET bytes = x'00' WHERE first IN (1, 3)", ())
        .unwrap();
    drop(log);

    let journal = place.open();
    for _ in 0..2 {
        assert_eq!(journal.next(9).await.unwrap()[0].position, LogPosition(2));
    }
    let second = Decoded::new(LogPosition(2), Ok(Vec::new()));
    journal.record(&[second]).await.unwrap();
    append(&journal, "4").await;

    assert_eq!(journal.next(9).await.unwrap()[0].position, LogPosition(4));
    let counters = place.read().counters().unwrap();
    assert_eq!((counters.decoded, counters.undecoded), (1, 2));
    assert_eq!(counters.waiting(), 1);
}

#[tokio::test]
async fn damaged_deliveries_among_others_are_passed_by_in_their_turn() {
    let place = Place::new();
    let journal = place.open();
    for body in ["1", "2", "3", "4", "5", "6", "7"] {
        append(&journal, body).await;
    }
    drop(journal);
    let log = rusqlite::Connection::open(place.path().join("log.db")).unwrap();
    let spoilt = "UPDATE frame SET bytes = x'00' WHERE first IN (3, 4, 6)";
    assert_eq!(log.execute(spoilt, ()).unwrap(), 3);
    drop(log);
    let decoded_to = || place.count("index.db", "SELECT decoded_to FROM progress");

    let journal = place.open();
    let served = journal.next(9).await.unwrap();
    assert_eq!(served.len(), 4);
    // What was noted is known after a restart too.
    drop(journal);
    let journal = place.open();
    let decoded = served.iter().map(|stored| stored.position);
    let decoded: Vec<_> = decoded
        .map(|position| Decoded::new(position, Ok(Vec::new())))
        .collect();
    journal.record(&decoded[..1]).await.unwrap();
    assert_eq!(decoded_to(), 1);
    journal.record(&decoded[1..3]).await.unwrap();

    assert_eq!(decoded_to(), 6);
    assert_eq!(journal.next(9).await.unwrap()[0].position, LogPosition(7));
    let counters = place.read().counters().unwrap();
    assert_eq!((counters.decoded, counters.undecoded), (3, 3));
}

#[tokio::test]
async fn a_missing_event_stops_the_journal() {
    let place = Place::new();
    let journal = place.open();
    journal.subscribe("app").await.unwrap();
    record(&journal, &["1", "2", "3"]).await;
    drop(journal);
    let index = rusqlite::Connection::open(place.path().join("index.db")).unwrap();
    index
        .execute("DELETE FROM event WHERE position = 2", ())
        .unwrap();
    drop(index);

    let journal = place.open();
    let error = journal.claim(&request(moment(0))).await.unwrap_err();

    assert!(matches!(error, JournalError::Stopped), "{error:?}");
    let fault = journal.stopped().await;
    let Fault::Corrupt(reason) = &fault else {
        panic!("{fault:?}")
    };
    assert_eq!(reason.to_string(), "event 2 is missing");
}

#[tokio::test]
async fn no_flipped_bit_alters_what_is_served() {
    let place = filled().await;
    let log = place.path().join("log.db");
    let sound = std::fs::read(&log).unwrap();
    let bodies: Vec<Vec<u8>> = (1..=BODIES).map(body).collect();
    let mut served_in_all = 0;
    // A prime step meets every kind of byte: headers, cells, lengths, checksums, bodies.
    for (round, byte) in (0..sound.len()).step_by(211).enumerate() {
        std::fs::write(&log, &sound).unwrap();
        flip(&log, byte, (round % 8) as u8);
        let _ = std::fs::remove_file(place.path().join("index.db"));

        let Ok(journal) = SqliteJournal::open(place.path()) else {
            continue;
        };
        for position in 1..=BODIES {
            match journal.delivery(LogPosition(position)).await {
                Ok(Some(stored)) => {
                    served_in_all += 1;
                    let body = stored.intake.delivery.body.to_vec();
                    assert!(bodies.contains(&body), "byte {byte}");
                }
                Ok(None) | Err(JournalError::Damaged(_) | JournalError::Stopped) => {}
                Err(error) => panic!("byte {byte}: {error}"),
            }
        }
    }
    assert!(served_in_all > 0);
}

#[tokio::test]
async fn an_altered_event_stops_the_journal() {
    let place = Place::new();
    let journal = place.open();
    journal.subscribe("app").await.unwrap();
    record(&journal, &["a-key-to-be-found"]).await;
    drop(journal);
    let index = rusqlite::Connection::open(place.path().join("index.db")).unwrap();
    index
        .execute(
            "UPDATE event SET json = replace(json, 'found', 'other')",
            (),
        )
        .unwrap();
    drop(index);

    let journal = place.open();
    let error = journal.claim(&request(moment(0))).await.unwrap_err();

    assert!(matches!(error, JournalError::Stopped), "{error:?}");
    let fault = journal.stopped().await;
    assert!(matches!(fault, Fault::Corrupt(_)), "{fault:?}");
    assert!(journal.append(&crate::support::intake("")).await.is_err());
}
