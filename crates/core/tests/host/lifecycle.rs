//! The end of a host.

use std::time::Duration;

use switchboard_core::host::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{Sends, exchange, post};
use crate::world::{BOUND, World, quick};

const HOLDS: &str = "x-token: s3cret\r\nx-hold: 1\r\n";

#[tokio::test]
async fn a_shutdown_finishes_what_was_begun_and_begins_nothing() {
    let header_timeout = 2 * BOUND;
    let world = World::with(Limits {
        header_timeout,
        ..quick()
    })
    .await;
    let (address, gate) = (world.address, world.gate.clone());
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(&post("/in/acme", "x-token: s3cret\r\n", ""))
        .await
        .unwrap();
    assert_ne!(idle.read(&mut [0; 1024]).await.unwrap(), 0);
    let begun = Sends::Once(post("/in/acme", HOLDS, "hello"));
    let begun = tokio::spawn(exchange(address, begun));
    gate.reached().await;

    let stopping = world.stop();
    let end = timeout(BOUND, idle.read(&mut [0; 1024])).await.unwrap();
    let refused = TcpStream::connect(address).await;
    gate.open();
    let begun = begun.await.unwrap();

    assert_eq!(end.unwrap(), 0);
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(begun.statuses, [200]);
    assert!(
        begun.text.contains("\r\nconnection: close\r\n"),
        "{}",
        begun.text
    );
    assert_eq!(stopping.stopped().await.len(), 2);
}

#[tokio::test]
async fn a_shutdown_cuts_off_what_does_not_finish() {
    let drain_timeout = Duration::from_millis(200);
    let world = World::with(Limits {
        drain_timeout,
        ..quick()
    })
    .await;
    let stuck = exchange(world.address, Sends::Once(post("/in/acme", HOLDS, "hello")));
    let stuck = tokio::spawn(stuck);
    world.gate.reached().await;

    assert!(world.stop().stopped().await.is_empty());

    assert_eq!(stuck.await.unwrap().statuses, [0; 0]);
}

#[tokio::test]
async fn a_dropped_host_cuts_off_its_connections_and_keeps_whole_deliveries() {
    let world = World::start().await;
    let cut_off = exchange(world.address, Sends::Once(post("/in/acme", HOLDS, "hello")));
    let cut_off = tokio::spawn(cut_off);
    world.gate.reached().await;

    world.abort();
    let cut_off = cut_off.await.unwrap();
    world.gate.open();
    world.host.idle().await;

    assert_eq!(cut_off.statuses, [0; 0]);
    assert_eq!(world.journal.deliveries().len(), 1);
}
