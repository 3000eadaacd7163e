//! Receivers of webhooks: a polite one, and one that does what it is told to its sockets.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    /// Counts the connections from zero.
    pub(crate) connection: usize,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Answers every request alike until it is told otherwise, and keeps what it was sent.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    answer: Arc<Mutex<Response<Full<Bytes>>>>,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Receiver {
    pub(crate) async fn status(status: u16) -> Self {
        Self::answering(status, HeaderMap::new()).await
    }

    pub(crate) async fn answering(status: u16, headers: HeaderMap) -> Self {
        let answer = Arc::new(Mutex::new(response(status, headers, "")));
        let taken: Arc<Mutex<Vec<_>>> = Arc::default();
        let (seen, answers) = (Arc::clone(&taken), Arc::clone(&answer));
        let address = raw(move |stream, connection| {
            let (seen, answers) = (Arc::clone(&seen), Arc::clone(&answers));
            async move {
                let service = service_fn(|request| async {
                    let request = take(request, connection).await?;
                    seen.lock().expect("not poisoned").push(request);
                    Ok::<_, hyper::Error>(answers.lock().expect("not poisoned").clone())
                });
                let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                drop(serving.await); // The test sees what the sink makes of a broken connection.
            }
        })
        .await;
        Self {
            address,
            answer,
            taken,
        }
    }

    /// Answers so from now on.
    pub(crate) fn answer(&self, status: u16, headers: HeaderMap, body: impl Into<Bytes>) {
        *self.answer.lock().expect("not poisoned") = response(status, headers, body);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/events?key=1", self.address)
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().expect("not poisoned").clone()
    }
}

fn response(status: u16, headers: HeaderMap, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    *response.headers_mut() = headers;
    response
}

/// Gives every connection and its number to `script`, each on its own.
pub(crate) async fn raw<F, Scripted>(script: F) -> SocketAddr
where
    F: Fn(TcpStream, usize) -> Scripted + Clone + Send + 'static,
    Scripted: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        for connection in 0.. {
            let (stream, _) = listener.accept().await.expect("a connection");
            let script = script.clone();
            tokio::spawn(async move { script(stream, connection).await });
        }
    });
    address
}

/// Reads one request to the end of its body, which is an event and so ends with `}}`.
pub(crate) async fn read_request(stream: &mut TcpStream) {
    read_until(stream, b"}}").await;
}

/// Reads one request that has no body.
pub(crate) async fn read_head(stream: &mut TcpStream) {
    read_until(stream, b"\r\n\r\n").await;
}

async fn read_until(stream: &mut TcpStream, end: &[u8]) {
    let mut request = Vec::new();
    while !request.ends_with(end) {
        let count = stream.read_buf(&mut request).await.expect("a request");
        assert_ne!(count, 0, "the request ended early");
    }
}

async fn take(request: http::Request<Incoming>, connection: usize) -> Result<Taken, hyper::Error> {
    let (head, mut incoming) = request.into_parts();
    let mut body = Vec::new();
    while let Some(frame) = incoming.frame().await {
        body.extend_from_slice(frame?.data_ref().map_or(&[], Bytes::as_ref));
    }
    Ok(Taken {
        connection,
        method: head.method.to_string(),
        target: head.uri.to_string(),
        headers: head.headers,
        body,
    })
}
