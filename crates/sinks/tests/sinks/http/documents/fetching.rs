//! What is fetched, and what is not.

use bytes::Bytes;
use http::HeaderMap;
use http::header::LOCATION;
use switchboard_core::Documents;
use switchboard_sinks::{Guard, HttpDocuments};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

use super::super::{hold, url};
use super::{Stand, told};
use crate::receiver::{Receiver, raw, read_head};

/// What comes of `url` by `guard`.
async fn fetched(guard: Guard, url: &str) -> String {
    told(HttpDocuments::new(guard).document(url, None).await)
}

/// What comes of a server that answers with these bytes, and ends or goes on as `end` says.
async fn answered<Ended>(bytes: &'static [u8], end: fn(TcpStream) -> Ended) -> String
where
    Ended: Future<Output = ()> + Send + 'static,
{
    let address = raw(move |mut stream, _| async move {
        read_head(&mut stream).await;
        stream.write_all(bytes).await.expect("somebody waits");
        end(stream).await;
    })
    .await;
    let told = fetched(Guard::operator(), &url(address)).await;
    told.replace(&format!("http://{address}"), "SERVER")
}

async fn close(_: TcpStream) {}

async fn pour(mut stream: TcpStream) {
    while stream.write_all(&[b'k'; 4096]).await.is_ok() {}
}

#[tokio::test]
async fn a_document_is_fetched_and_tells_nothing_of_whom_it_is_for() {
    let stand = Stand::new("keys").await;

    assert_eq!(stand.keys().await, "keys");

    let [taken] = &stand.server.taken()[..] else {
        panic!("not one request")
    };
    assert_eq!((&*taken.method, &*taken.target), ("GET", "/keys"));
    let names: Vec<_> = taken.headers.keys().map(|name| name.as_str()).collect();
    assert_eq!(names, ["user-agent", "host"]);
}

#[tokio::test]
async fn whatever_is_not_200_is_no_document() {
    let stand = Stand::new("keys").await;
    for status in [201, 204, 206, 304, 400, 404, 410, 500, 503] {
        stand.server.answer(status, HeaderMap::new(), "");

        let told = stand.keys().await;

        let expected = format!(
            "unavailable: http://{}: status {status}",
            stand.server.address
        );
        assert_eq!(told, expected);
        stand.wait(4);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let second = Receiver::status(200).await;
    for status in [301, 302, 303, 307, 308] {
        let location = HeaderMap::from_iter([(LOCATION, second.url().parse().unwrap())]);
        let first = Receiver::answering(status, location).await;

        let told = fetched(Guard::operator(), &first.url()).await;

        assert!(told.ends_with(&format!("status {status}")), "{told}");
    }
    assert!(second.taken().is_empty());
}

#[tokio::test]
async fn by_default_only_public_addresses_are_asked_and_only_by_tls() {
    let stand = Stand::new("keys").await;
    let port = stand.server.address.port();
    for (url, told) in [
        (
            format!("http://localhost:{port}/keys"),
            "the URL does not begin with https://".to_owned(),
        ),
        (
            format!("https://127.0.0.1:{port}/keys"),
            "the URL's address 127.0.0.1 is one that must not be called".to_owned(),
        ),
        (
            format!("https://localhost:{port}/keys"),
            format!(
                "https://localhost:{port}: cannot connect: its address is one that must not be called"
            ),
        ),
        (
            "https://[::ffff:169.254.169.254]/latest/meta-data".to_owned(),
            "the URL's address ::ffff:169.254.169.254 is one that must not be called".to_owned(),
        ),
        (
            "file:///etc/passwd".to_owned(),
            "the URL is malformed".to_owned(),
        ),
    ] {
        let refused = fetched(Guard::public(), &url).await;

        assert_eq!(refused, format!("unavailable: {told}"));
    }
    assert_eq!(stand.fetches(), 0);
    assert_eq!(
        fetched(Guard::operator(), &format!("http://localhost:{port}/keys")).await,
        "keys"
    );
}

#[tokio::test]
async fn a_document_has_256_kib_at_most() {
    let stand = Stand::new("").await;
    let most = Bytes::from(vec![b'k'; 256 * 1024]);
    let more = Bytes::from(vec![b'k'; 256 * 1024 + 1]);

    stand.server.answer(200, HeaderMap::new(), more);
    let refused = stand.keys().await;
    stand.wait(4);
    stand.server.answer(200, HeaderMap::new(), most.clone());

    assert!(refused.ends_with("it is longer than 256 KiB"), "{refused}");
    assert_eq!(stand.keys().await.as_bytes(), most);
}

#[tokio::test]
async fn an_endless_document_is_cut_off() {
    let told = answered(b"HTTP/1.1 200 OK\r\n\r\n", pour).await;

    assert_eq!(told, "unavailable: SERVER: it is longer than 256 KiB");
}

#[tokio::test]
async fn half_a_document_is_none() {
    let told = answered(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nke", close).await;

    assert_eq!(told, "unavailable: SERVER: it broke off");
}

/// The clock jumps to the deadline as soon as nobody has anything to do.
#[tokio::test(start_paused = true)]
async fn a_server_that_is_too_slow_is_not_waited_for() {
    for (begun, reason) in [
        (&b""[..], "no answer in time"),
        (b"HTTP/1.1 200 OK\r\ncontent-le", "no answer in time"),
    ] {
        let told = answered(begun, hold).await;

        assert_eq!(told, format!("unavailable: SERVER: {reason}"));
    }
}

/// In real time, as a clock that jumps would be at the deadline before the head has come.
#[tokio::test]
async fn a_document_that_does_not_end_is_not_waited_for() {
    let told = answered(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nke", hold).await;

    assert_eq!(told, "unavailable: SERVER: it did not come whole in time");
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = url(listener.local_addr().unwrap());
    drop(listener);

    let told = fetched(Guard::operator(), &url).await;

    assert!(told.contains("cannot connect: "), "{told}");
}

#[tokio::test]
async fn neither_debug_nor_an_error_tells_a_path_or_a_body() {
    let stand = Stand::new("keys").await;
    stand.server.answer(500, HeaderMap::new(), "b0dy");
    let url = format!("http://{}/p4th?key=qu3ry", stand.server.address);

    let refused = told(stand.documents.document(&url, None).await);

    let shown = format!("{refused} {:?}", stand.documents);
    assert!(shown.contains("status 500"), "{shown}");
    for hidden in ["p4th", "qu3ry", "b0dy"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}
