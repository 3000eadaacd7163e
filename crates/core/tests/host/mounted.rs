//! The host inside another server, and what a delivery says of its request.

use std::net::IpAddr;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use switchboard_core::Delivery;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use tower_service::Service;

use crate::client::post;
use crate::world::World;

const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

fn request(target: &str) -> Request<Full<Bytes>> {
    let request = Request::post(target)
        .header("host", "a")
        .header("x-token", "s3cret");
    request.body(Full::new(Bytes::from("hello"))).unwrap()
}

fn only_delivery(world: &World) -> Delivery {
    let mut stored = world.journal.deliveries();
    assert_eq!(stored.len(), 1);
    stored.remove(0).intake.delivery
}

#[tokio::test]
async fn it_is_a_tower_service_that_learns_the_peer_from_the_request() {
    let world = World::start().await;
    let mut service = world.host.service();
    let mut request = request("/in/acme");
    request.extensions_mut().insert(PEER);

    let answer = service.call(request).await.unwrap();

    assert_eq!(answer.status(), 200);
    assert_eq!(only_delivery(&world).peer, Some(PEER));
}

#[tokio::test]
async fn it_serves_the_connections_of_a_hyper_server() {
    let world = World::start().await;
    let (mut client, server) = duplex(4096);
    let http1 = hyper::server::conn::http1::Builder::new();
    let service = TowerToHyperService::new(world.host.service().from_peer(PEER));
    let server = http1.serve_connection(TokioIo::new(server), service);
    let server = tokio::spawn(server);

    let request = post(
        "/in/acme",
        "x-token: s3cret\r\nconnection: close\r\n",
        "hello",
    );
    client.write_all(&request).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();

    server.await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(only_delivery(&world).peer, Some(PEER));
}

#[tokio::test]
async fn a_delivery_is_the_request_as_it_came() {
    let world = World::start().await;
    let mut request = request("/in/acme/tail?a=%20b&a=c");
    request
        .headers_mut()
        .append("x-twice", "1".parse().unwrap());
    request
        .headers_mut()
        .append("x-twice", "2".parse().unwrap());

    let answer = world.host.handle(request, None).await;

    let delivery = only_delivery(&world);
    assert_eq!(answer.status(), 200);
    assert_eq!(delivery.method, Method::POST);
    assert_eq!(delivery.url, "/in/acme/tail?a=%20b&a=c");
    assert_eq!(delivery.body, "hello");
    assert_eq!(delivery.peer, None);
    let twice: Vec<_> = delivery.headers.get_all("x-twice").iter().collect();
    assert_eq!(twice, ["1", "2"]);
    let intake = &world.journal.deliveries()[0].intake;
    assert_eq!(
        (intake.endpoint.as_str(), intake.adapter.as_str()),
        ("acme", "acme")
    );
    assert_eq!(intake.verified.scheme, "token");
}

#[tokio::test]
async fn the_public_url_is_configured_and_never_the_callers_word() {
    let public_url = "https://hooks.example.com".parse().unwrap();
    let world = World::built(|builder| builder.public_url(public_url)).await;
    let mut request = request("http://elsewhere.example/in/acme?a=b");
    request
        .headers_mut()
        .insert("x-forwarded-host", "elsewhere.example".parse().unwrap());

    world.host.handle(request, None).await;

    assert_eq!(
        only_delivery(&world).url,
        "https://hooks.example.com/in/acme?a=b"
    );
}

#[tokio::test]
async fn a_trusted_proxy_tells_who_called() {
    let world =
        World::built(|builder| builder.trusted_proxies(["10.0.0.0/8".parse().unwrap()])).await;
    let mut request = request("/in/acme");
    request
        .headers_mut()
        .insert("x-forwarded-for", "1.1.1.1, 203.0.113.9".parse().unwrap());

    world.host.handle(request, Some(PEER)).await;

    assert_eq!(
        only_delivery(&world).peer,
        Some("203.0.113.9".parse().unwrap())
    );
}
