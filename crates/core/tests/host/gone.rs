//! Callers who leave: before they have sent it all, nothing is stored; afterwards, once.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{Full, StreamBody};
use switchboard_core::host::Counts;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::post;
use crate::world::World;

const ASKS: &str = "x-token: s3cret\r\nexpect: 100-continue\r\n";
const HOLDS: &str = "x-token: s3cret\r\nx-hold: 1\r\n";

/// Connected, with all of `bytes` sent.
async fn sending(world: &World, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// Connected, and the host waits for the rest of the body.
async fn amid_the_body(world: &World) -> TcpStream {
    let mut request = post("/in/acme", ASKS, "hello");
    request.truncate(request.len() - 3);
    let mut stream = sending(world, &request).await;
    let mut continued = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut continued).await.unwrap();
    stream
}

/// Connected, and `verify` is at the gate.
async fn before_the_answer(world: &World) -> TcpStream {
    let stream = sending(world, &post("/in/acme", HOLDS, "hello")).await;
    world.gate.reached().await;
    stream
}

#[tokio::test]
async fn who_leaves_amid_the_body_leaves_nothing_behind() {
    let world = World::start().await;

    drop(amid_the_body(&world).await);

    let host = Arc::clone(&world.host);
    assert!(world.stop().stopped().await.is_empty());
    let refused = Counts {
        refused: 1,
        ..Counts::default()
    };
    assert_eq!(host.counters()["acme"], refused);
}

#[tokio::test]
async fn who_resets_amid_the_body_leaves_nothing_behind() {
    let world = World::start().await;

    reset(amid_the_body(&world).await);

    let host = Arc::clone(&world.host);
    assert!(world.stop().stopped().await.is_empty());
    let refused = Counts {
        refused: 1,
        ..Counts::default()
    };
    assert_eq!(host.counters()["acme"], refused);
}

#[tokio::test]
async fn who_leaves_before_the_answer_is_stored_once() {
    let world = World::start().await;

    drop(before_the_answer(&world).await);
    world.gate.open();

    let host = Arc::clone(&world.host);
    assert_eq!(world.stop().stopped().await.len(), 1);
    assert_eq!(host.counters()["acme"].stored, 1);
}

#[tokio::test]
async fn who_resets_before_the_answer_is_stored_once() {
    let world = World::start().await;

    reset(before_the_answer(&world).await);
    world.gate.open();

    let host = Arc::clone(&world.host);
    assert_eq!(world.stop().stopped().await.len(), 1);
    assert_eq!(host.counters()["acme"].stored, 1);
}

/// Most servers drop a request's future when its client leaves. Ours does not, but the host may
/// be mounted in one that does.
#[tokio::test]
async fn a_dropped_request_is_stored_once() {
    let world = World::start().await;

    tokio::select! {
        _ = world.host.handle(held(), None) => unreachable!("the gate is closed"),
        () = world.gate.reached() => {}
    }
    world.gate.open();
    world.host.idle().await;

    assert_eq!(world.journal.deliveries().len(), 1);
    assert_eq!(world.counts().stored, 1);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_waits_for_the_delivery_of_a_dropped_request() {
    let world = World::start().await;
    let gate = Arc::clone(&world.gate);
    tokio::select! {
        _ = world.host.handle(held(), None) => unreachable!("the gate is closed"),
        () = gate.reached() => {}
    }

    let mut stopped = pin!(world.stop().stopped());
    let is_waiting = timeout(Duration::from_secs(1), &mut stopped).await.is_err();
    gate.open();

    assert!(is_waiting);
    assert_eq!(stopped.await.len(), 1);
}

#[tokio::test]
async fn a_request_dropped_amid_its_body_was_never_received() {
    let world = World::start().await;
    let never = futures_util::stream::pending::<Result<http_body::Frame<Bytes>, std::io::Error>>();
    let request = Request::post("/in/acme")
        .header("host", "a")
        .header("x-token", "s3cret");
    let request = request.body(StreamBody::new(never)).unwrap();

    tokio::select! {
        biased;
        _ = world.host.handle(request, None) => unreachable!("the body never ends"),
        () = std::future::ready(()) => {}
    }
    world.host.idle().await;

    assert!(world.journal.deliveries().is_empty());
    assert_eq!(world.counts(), Counts::default());
}

/// A request that waits at the gate.
fn held() -> Request<Full<Bytes>> {
    let request = Request::post("/in/acme")
        .header("host", "a")
        .header("x-token", "s3cret");
    request
        .header("x-hold", "1")
        .body(Full::new(Bytes::from("hello")))
        .unwrap()
}

/// Closes with a reset instead of a goodbye.
fn reset(stream: TcpStream) {
    stream.set_zero_linger().unwrap();
}
