//! What the sink makes of an answer.

use std::time::Duration;

use http::HeaderMap;
use http::header::{LOCATION, RETRY_AFTER};
use switchboard_core::sink::{Sink, SinkError};
use tokio::io::AsyncWriteExt;

use super::{builder, hold, sink, unavailable, url};
use crate::event;
use crate::receiver::{Receiver, raw, read_request};

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    let second = Receiver::status(200).await;
    for status in [301, 302, 303, 307, 308] {
        let location = HeaderMap::from_iter([(LOCATION, second.url().parse().unwrap())]);
        let first = Receiver::answering(status, location).await;

        let error = sink(first.url()).deliver(&[event("1")]).await.unwrap_err();

        assert_eq!(refusal(error), (format!("status {status}"), None));
    }
    assert!(second.taken().is_empty());
}

#[tokio::test]
async fn gone_is_gone() {
    let receiver = Receiver::status(410).await;

    let error = sink(receiver.url())
        .deliver(&[event("1")])
        .await
        .unwrap_err();

    assert!(matches!(error, SinkError::Gone), "{error:?}");
}

#[tokio::test]
async fn a_refusal_tells_its_status_and_when_to_come_again() {
    for (status, header, seconds) in [
        (500, None, None),
        (429, Some("7"), Some(7)),
        (429, Some("Thu, 25 Feb 2021 15:03:50 GMT"), Some(100)),
        (503, Some("86400"), Some(3600)),
    ] {
        let headers = header.map(|text| (RETRY_AFTER, text.parse().unwrap()));
        let receiver = Receiver::answering(status, headers.into_iter().collect()).await;

        let error = sink(receiver.url())
            .deliver(&[event("1")])
            .await
            .unwrap_err();

        let wait = seconds.map(Duration::from_secs);
        assert_eq!(refusal(error), (format!("status {status}"), wait));
    }
}

#[tokio::test]
async fn a_connection_that_closes_before_the_status_is_unavailable() {
    for half in ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\ncontent-le"] {
        let address = raw(move |mut stream, _| async move {
            read_request(&mut stream).await;
            stream.write_all(half.as_bytes()).await.unwrap();
        })
        .await;

        let reason = unavailable(address).await;

        assert!(reason.starts_with("no answer: "), "{reason}");
    }
}

#[tokio::test]
async fn what_speaks_no_http_is_unavailable() {
    let address = raw(|mut stream, _| async move {
        read_request(&mut stream).await;
        stream
            .write_all(b"220 mail.example.com ESMTP\r\n")
            .await
            .unwrap();
    })
    .await;

    let reason = unavailable(address).await;

    assert!(!reason.contains("mail"), "{reason}");
}

#[tokio::test]
async fn a_status_counts_though_the_body_behind_it_breaks() {
    let address = raw(|mut stream, _| async move {
        read_request(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal")
            .await
            .unwrap();
    })
    .await;

    sink(url(address)).deliver(&[event("1")]).await.unwrap();
}

#[tokio::test]
async fn an_endless_body_is_cut_off_and_its_status_counts() {
    let (ended, mut has_ended) = tokio::sync::mpsc::channel(1);
    let address = raw(move |mut stream, _| {
        let ended = ended.clone();
        async move {
            read_request(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
            ended.send(()).await.unwrap();
        }
    })
    .await;

    sink(url(address)).deliver(&[event("1")]).await.unwrap();

    assert_eq!(
        has_ended.recv().await,
        Some(()),
        "the connection was dropped"
    );
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_unavailable() {
    let address = raw(|mut stream, _| async move {
        read_request(&mut stream).await;
        hold(stream).await;
    })
    .await;
    let timeout = Duration::from_millis(50);
    let sink = builder(url(address)).timeout(timeout).build().unwrap();

    let error = sink.deliver(&[event("1")]).await.unwrap_err();

    assert!(
        matches!(&error, SinkError::Unavailable(reason) if reason == "no answer in time"),
        "{error:?}"
    );
}

fn refusal(error: SinkError) -> (String, Option<Duration>) {
    match error {
        SinkError::Refused(refusal) => (refusal.reason, refusal.retry_after),
        other => panic!("{other:?}"),
    }
}
