//! What one caller can cost.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::stream;
use http::Request;
use http_body::Frame;
use http_body_util::StreamBody;
use switchboard_core::host::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{Sends, deliver, exchange, post};
use crate::world::{BOUND, World, quick};

#[tokio::test]
async fn one_connection_too_many_is_turned_away() {
    let world = World::with(Limits {
        max_connections: 1,
        ..quick()
    })
    .await;
    let held = post(
        "/in/acme",
        "x-token: s3cret\r\nx-hold: 1\r\nconnection: close\r\n",
        "hello",
    );
    let held = tokio::spawn(exchange(world.address, Sends::Once(held)));
    world.gate.reached().await;

    let turned_away = exchange(world.address, Sends::Once(Vec::new())).await;
    world.gate.open();
    let held = held.await.unwrap();

    assert_eq!(turned_away.statuses, [503]);
    assert!(
        turned_away.text.contains("\r\nretry-after: "),
        "{}",
        turned_away.text
    );
    assert_eq!(held.statuses, [200]);
    // Its place is free as soon as the host has noticed that it left.
    while deliver(world.address, "hello").await != [200] {}
}

#[tokio::test]
async fn a_client_that_never_reads_is_cut_off() {
    let world = World::start().await;
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let request = post("/in/acme?challenge=large", "", "");

    let cut_off = async { while stream.write_all(&request).await.is_ok() {} };

    timeout(BOUND, cut_off).await.expect("the host cuts it off");
    assert_eq!(deliver(world.address, "hello").await, [200]);
}

#[tokio::test]
async fn a_configured_body_limit_stands_in_for_the_adapters() {
    let world = World::with(Limits {
        max_body: Some(4),
        ..quick()
    })
    .await;

    assert_eq!(deliver(world.address, "1234").await, [200]);
    assert_eq!(deliver(world.address, "12345").await, [413]);
}

#[tokio::test]
async fn no_more_is_read_of_an_endless_body_than_its_limit() {
    let world = World::start().await;
    let frames = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&frames);
    let endless = stream::repeat_with(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[b'x'; 1024])))
    });
    let request = Request::post("/in/acme")
        .header("host", "a")
        .body(StreamBody::new(endless));

    let answer = world.host.handle(request.unwrap(), None).await;

    assert_eq!(answer.status(), 413);
    assert_eq!(answer.headers()["connection"], "close");
    assert_eq!(frames.load(Ordering::Relaxed), 64 + 1);
}

#[tokio::test]
async fn the_host_takes_little_more_than_the_limit_from_the_socket() {
    let world = World::start().await;
    let head = "POST /in/acme HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("2000\r\n{}\r\n", "x".repeat(0x2000));

    let heard = exchange(world.address, Sends::Endlessly(head.into(), chunk.into())).await;

    assert_eq!(heard.statuses, [413]);
    // Most of it is what both kernels' buffers hold.
    assert!(heard.sent < 32 * 1024 * 1024, "{}", heard.sent);
}

#[tokio::test]
async fn a_client_that_is_refused_amid_its_body_is_not_reset() {
    let world = World::start().await;
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let head = "POST /in/acme HTTP/1.1\r\nhost: a\r\ncontent-length: 262144\r\n\r\n";
    let mut answer = String::new();

    stream.write_all(head.as_bytes()).await.unwrap();
    let answered = timeout(BOUND, stream.read_to_string(&mut answer))
        .await
        .unwrap();

    answered.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    for _ in 0..4 {
        stream.write_all(&[b'x'; 64 * 1024]).await.unwrap();
    }
}
