//! How the sink comes by its connections.

use switchboard_core::sink::{Sink, SinkError};
use switchboard_sinks::{Guard, Http, HttpError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::{builder, hold, sink, unavailable, url};
use crate::event;
use crate::receiver::{Receiver, raw, read_request};

#[tokio::test]
async fn a_name_is_resolved() {
    let receiver = Receiver::status(200).await;
    let url = format!("http://localhost:{}/", receiver.address.port());

    sink(url.clone()).deliver(&[event("1")]).await.unwrap();
    let outside = Http::builder(url, Guard::public()).build().unwrap();
    let error = outside.deliver(&[event("2")]).await.unwrap_err();

    assert!(matches!(error, SinkError::Unavailable(_)), "{error:?}");
    assert_eq!(receiver.taken().len(), 1);
}

#[tokio::test]
async fn a_closed_port_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);

    let reason = unavailable(address).await;

    assert!(reason.starts_with("cannot connect: "), "{reason}");
}

#[tokio::test]
async fn a_server_without_tls_is_unavailable_over_https() {
    let address = raw(|mut stream, _| async move {
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        hold(stream).await;
    })
    .await;

    match builder(format!("https://{address}/")).build() {
        Ok(sink) => {
            let error = sink.deliver(&[event("1")]).await.unwrap_err();
            assert!(matches!(error, SinkError::Unavailable(_)), "{error:?}");
        }
        // A system without root certificates.
        Err(error) => assert!(matches!(error, HttpError::Roots(_)), "{error:?}"),
    }
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let receiver = Receiver::status(200).await;
    let sink = sink(receiver.url());

    for key in ["1", "2", "3"] {
        sink.deliver(&[event(key)]).await.unwrap();
    }

    let connections: Vec<_> = receiver
        .taken()
        .iter()
        .map(|taken| taken.connection)
        .collect();
    assert_eq!(connections, [0, 0, 0]);
}

#[tokio::test]
async fn a_connection_that_closed_while_idle_costs_an_attempt_at_most() {
    let address = raw(|mut stream, _| async move {
        read_request(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .await
            .unwrap();
    })
    .await;
    let sink = sink(url(address));

    for key in ["1", "2", "3"] {
        if let Err(error) = sink.deliver(&[event(key)]).await {
            assert!(matches!(error, SinkError::Unavailable(_)), "{error:?}");
            sink.deliver(&[event(key)]).await.unwrap();
        }
    }
}
