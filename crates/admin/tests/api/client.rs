//! A caller, over whatever it is connected by.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    /// The last line of an answer that told of its progress.
    pub(crate) fn last(&self) -> Value {
        let line = self.text().lines().last();
        serde_json::from_str(line.unwrap_or_else(|| panic!("no lines: {self:?}"))).unwrap()
    }
}

/// A `method` call to `path`, as our own client makes it.
pub(crate) fn call(method: &Method, path: &str, body: Option<&Value>) -> Request<Full<Bytes>> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost");
    match body {
        None => request.body(Full::default()).unwrap(),
        Some(body) => request
            .header("content-type", "application/json")
            .body(Full::from(body.to_string()))
            .unwrap(),
    }
}

/// Sends `request` on a connection of its own.
pub(crate) async fn begin(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Full<Bytes>>,
) -> Response<Incoming> {
    let io = TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
    // It ends with the answer, or with whoever drops that.
    tokio::spawn(connection);
    sender.send_request(request).await.unwrap()
}

/// Sends `request`, and reads the whole answer.
pub(crate) async fn send(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Full<Bytes>>,
) -> Answer {
    let mut response = begin(stream, request).await;
    let mut body = Vec::new();
    while let Some(frame) = response.frame().await {
        body.extend_from_slice(frame.unwrap().data_ref().unwrap());
    }
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: body.into(),
    }
}
