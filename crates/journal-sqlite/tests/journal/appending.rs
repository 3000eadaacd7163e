//! Deliveries go in and come out.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Uri};
use switchboard_core::journal::{Decoded, Journal as _, JournalError, LogPosition, Stored};
use switchboard_core::{Delivery, Timestamp, Verified};
use switchboard_journal_sqlite::SqliteJournal;

use crate::support::{Place, append, intake};

#[tokio::test]
async fn what_came_is_what_is_kept() {
    let place = Place::new();
    let journal = place.open();
    let mut sent = intake("");
    sent.delivery = Delivery::post(Bytes::from_static(b"\0\x01\xff{}\r\n"))
        .to("https://hooks.example.com/in/support/tail?b=2&a=%20")
        .with("x-signature", "1")
        .with("content-type", "text/plain")
        .with("X-Signature", "2");
    sent.delivery.method = Method::PUT;
    sent.delivery.peer = Some(IpAddr::from([192, 0, 2, 1]));
    sent.delivery.received_at = Timestamp::from_micros(1_764_000_000_123_456).unwrap();
    let weird = HeaderValue::from_bytes(b"\xc3\x28 \xff").unwrap();
    sent.delivery.headers.append("x-weird", weird);
    sent.verified = Verified::new("hmac-sha256").account("a");

    let position = journal.append(&sent).await.unwrap().position();
    journal.close().await.unwrap();
    drop(journal);
    let kept = place.open().delivery(position).await.unwrap().unwrap();

    assert_eq!(kept.position, LogPosition(1));
    let (sent, kept) = (sent, kept.intake);
    assert_eq!(kept.endpoint, sent.endpoint);
    assert_eq!(kept.adapter, sent.adapter);
    assert_eq!(kept.verified, sent.verified);
    assert_eq!(kept.delivery.method, sent.delivery.method);
    assert_eq!(kept.delivery.url, sent.delivery.url);
    assert!(
        kept.delivery
            .headers
            .iter()
            .eq(sent.delivery.headers.iter())
    );
    assert_eq!(kept.delivery.body, sent.delivery.body);
    assert_eq!(kept.delivery.peer, sent.delivery.peer);
    assert_eq!(kept.delivery.received_at, sent.delivery.received_at);
}

fn whole(stored: &Stored) -> (LogPosition, &Uri, &HeaderMap, &Bytes) {
    let delivery = &stored.intake.delivery;
    (
        stored.position,
        &delivery.url,
        &delivery.headers,
        &delivery.body,
    )
}

/// Hands out what waits, three deliveries at a time, until `last` was recorded. Answers the first byte of
/// each body.
async fn hand_out(journal: &SqliteJournal, last: u8) -> Vec<u8> {
    let mut bodies = Vec::new();
    while bodies.last() != Some(&last) {
        let stored = journal.next(3).await.unwrap();
        // Nothing has moved on yet; these are from the disk.
        let again = journal.next(3).await.unwrap();
        assert_eq!(
            Vec::from_iter(stored.iter().map(whole)),
            Vec::from_iter(again.iter().map(whole))
        );
        let decoded = again.iter().map(|it| Decoded::new(it.position, Ok(vec![])));
        journal.record(&Vec::from_iter(decoded)).await.unwrap();
        bodies.extend(stored.iter().map(|it| it.intake.delivery.body[0]));
    }
    bodies
}

/// Only so many deliveries are in memory; all others are on the disk.
#[tokio::test]
async fn deliveries_come_in_order_out_of_memory_and_from_the_disk() {
    let place = Place::new();
    let journal = place.open();
    let bodies = |numbers: RangeInclusive<u8>| numbers.map(|number| vec![number; 1 << 20]);

    // More than memory has room for, then some that it has room for, as half of them are out of it.
    for body in bodies(1..=20) {
        append(&journal, body).await;
    }
    assert_eq!(hand_out(&journal, 6).await, Vec::from_iter(1..=6));
    for body in bodies(21..=24) {
        append(&journal, body).await;
    }
    assert_eq!(hand_out(&journal, 24).await, Vec::from_iter(7..=24));

    append(&journal, vec![25]).await;
    drop(journal);
    assert_eq!(hand_out(&place.open(), 25).await, [25]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_appends_share_a_commit() {
    let place = Place::new();
    let journal = Arc::new(place.open());

    let tasks = (0..500).map(|number: u32| {
        let journal = Arc::clone(&journal);
        tokio::spawn(async move { (number, append(&journal, number.to_le_bytes()).await) })
    });
    let mut appended = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        appended.push(task.await.unwrap());
    }

    let frames = place.count("log.db", "SELECT count(*) FROM frame");
    assert!(frames < 250, "{frames} commits for 500 deliveries");
    for (number, position) in &appended {
        let kept = journal.delivery(*position).await.unwrap().unwrap();
        assert_eq!(*kept.intake.delivery.body, number.to_le_bytes());
    }
    appended.sort_by_key(|(_, position)| *position);
    assert!(
        appended
            .into_iter()
            .map(|(_, position)| position.0)
            .eq(1..=500)
    );
}

#[tokio::test]
async fn deliveries_come_in_order_and_once_recorded_never_again() {
    let place = Place::new();
    let journal = place.open();
    for body in ["1", "2", "3", "4", "5"] {
        append(&journal, body).await;
    }

    let mut bodies = Vec::new();
    for limit in [2, 1, 9] {
        for stored in journal.next(limit).await.unwrap() {
            bodies.push(stored.intake.delivery.body);
            let ping = Decoded::new(stored.position, Ok(Vec::new()));
            journal.record(&[ping]).await.unwrap();
        }
    }

    assert_eq!(bodies, ["1", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn a_reader_waits_for_the_next_delivery() {
    let place = Place::new();
    let journal = Arc::new(place.open());
    let waiting = tokio::spawn({
        let journal = Arc::clone(&journal);
        async move { journal.next(10).await }
    });
    tokio::task::yield_now().await;

    append(&journal, "late").await;

    let stored = waiting.await.unwrap().unwrap();
    assert_eq!(stored[0].intake.delivery.body, "late");
}

#[tokio::test]
async fn what_was_not_recorded_comes_again() {
    let place = Place::new();
    let journal = place.open();
    for body in ["1", "2", "3"] {
        append(&journal, body).await;
    }
    journal.next(10).await.unwrap();
    let recorded = Decoded::new(LogPosition(1), Ok(Vec::new()));
    journal.record(&[recorded]).await.unwrap();
    drop(journal);

    let again = place.open().next(10).await.unwrap();

    let positions = again.into_iter().map(|stored| stored.position.0);
    assert_eq!(positions.collect::<Vec<_>>(), [2, 3]);
}

#[tokio::test]
async fn a_drop_keeps_everything_acknowledged() {
    let place = Place::new();
    for round in 0..3_u64 {
        let journal = place.open();
        append(&journal, "").await;
        drop(journal);

        assert_eq!(place.read().counters().unwrap().stored, round + 1);
    }
}

#[tokio::test]
async fn a_closed_journal_refuses_everything() {
    let place = Place::new();
    let journal = Arc::new(place.open());
    crate::support::record(&journal, &[]).await;
    let waiting = tokio::spawn({
        let journal = Arc::clone(&journal);
        async move { journal.next(10).await.map(drop) }
    });
    tokio::task::yield_now().await;

    journal.close().await.unwrap();
    journal.close().await.unwrap();

    assert!(matches!(waiting.await.unwrap(), Err(JournalError::Stopped)));
    assert!(journal.append(&intake("late")).await.is_err());
    assert!(journal.record(&[]).await.is_err());
    assert!(journal.delivery(LogPosition(1)).await.is_err());
    let wal = place.path().join("log.db-wal");
    assert!(
        wal.metadata().map_or(0, |file| file.len()) == 0,
        "the WAL is empty"
    );
    let reopened = place.open();
    assert!(reopened.delivery(LogPosition(1)).await.unwrap().is_some());
}
