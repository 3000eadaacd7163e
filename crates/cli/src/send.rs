//! A provider's side of a call.

use std::io;
use std::net::SocketAddr;

use http_body_util::Full;
use hyper_util::rt::TokioIo;
use switchboard::core::Delivery;
use tokio::net::TcpStream;

/// Sends `delivery` to `path` at `address` over a connection of its own, and answers the status.
pub(crate) async fn send(
    address: SocketAddr,
    path: &str,
    delivery: Delivery,
) -> io::Result<hyper::StatusCode> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    let mut request = hyper::Request::new(Full::new(delivery.body));
    *request.method_mut() = delivery.method;
    *request.uri_mut() = path.parse().map_err(io::Error::other)?;
    *request.headers_mut() = delivery.headers;
    let host = address
        .to_string()
        .try_into()
        .expect("an address is visible ASCII");
    request.headers_mut().insert(hyper::header::HOST, host);
    let answer = sender
        .send_request(request)
        .await
        .map_err(io::Error::other)?;
    let status = answer.status();
    drop((sender, answer));
    // How the connection ends says nothing about the answer, which is here.
    let _ = connection.await;
    Ok(status)
}
