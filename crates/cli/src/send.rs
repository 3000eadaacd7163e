//! A provider's side of a call.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST};
use http::uri::Scheme;
use http::{HeaderValue, Request, StatusCode, Uri};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use switchboard::core::Delivery;
#[cfg(feature = "http-sink")]
use switchboard::sinks::{Client, ClientError, Guard};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The most that a call may take, from the first packet to the answer's head.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Makes calls: plain ones over connections of their own, those with TLS as the HTTP sink does.
pub(crate) enum Sender {
    /// Without TLS.
    Plain,
    /// With TLS.
    #[cfg(feature = "http-sink")]
    Secure(Client),
}

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// Nobody took the connection.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// The connection was taken, and no answer came.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

impl Sender {
    /// One that can call `url`, which is of http or https.
    ///
    /// # Errors
    ///
    /// Why this binary cannot call it.
    pub(crate) fn to(url: &Uri) -> Result<Self, String> {
        if url.scheme() == Some(&Scheme::HTTPS) {
            Self::secure(url)
        } else {
            Ok(Self::Plain)
        }
    }

    #[cfg(feature = "http-sink")]
    fn secure(url: &Uri) -> Result<Self, String> {
        // Whoever types a URL may name hosts of their own network.
        Client::new(&url.to_string(), Guard::operator(), TIMEOUT)
            .map(Self::Secure)
            .map_err(|error| error.to_string())
    }

    #[cfg(not(feature = "http-sink"))]
    fn secure(_: &Uri) -> Result<Self, String> {
        Err("this binary has no TLS; enable cargo feature `http-sink`".to_owned())
    }

    /// Sends `request`, and answers the status. A dropped call may leave it with the receiver.
    ///
    /// # Errors
    ///
    /// When nobody answers.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Result<StatusCode, SendError> {
        match self {
            Self::Plain => timeout(TIMEOUT, plain(request))
                .await
                .unwrap_or_else(|_| Err(SendError::NoAnswer("not in time".to_owned()))),
            #[cfg(feature = "http-sink")]
            Self::Secure(client) => client.send(request).await.map_err(|error| match error {
                ClientError::Connect(cause) => SendError::Connect(cause),
                ClientError::NoAnswer(cause) => SendError::NoAnswer(cause),
                ClientError::Late => SendError::NoAnswer("not in time".to_owned()),
                other => SendError::NoAnswer(other.to_string()),
            }),
        }
    }
}

/// `url` with `query` behind the one that it has.
pub(crate) fn joined(url: &Uri, query: Option<&str>) -> Uri {
    let Some(query) = query else {
        return url.clone();
    };
    let query = url
        .query()
        .map_or_else(|| query.to_owned(), |own| format!("{own}&{query}"));
    replaced(url, &query)
}

fn replaced(url: &Uri, query: &str) -> Uri {
    let mut parts = url.clone().into_parts();
    let target = format!("{}?{query}", url.path());
    parts.path_and_query = Some(target.parse().expect("both parts stood in URLs"));
    Uri::from_parts(parts).expect("only the query was replaced")
}

/// `delivery` as a request to `url`, with the query that was signed and the headers that every client
/// adds.
pub(crate) fn request(url: &Uri, delivery: Delivery) -> Request<Bytes> {
    let authority = url.authority().map_or("", |authority| authority.as_str());
    let host = HeaderValue::from_str(authority).expect("an authority is visible ASCII");
    let query = delivery.url.query();
    let target = query.map_or_else(|| url.clone(), |query| replaced(url, query));
    let mut request = Request::new(delivery.body);
    *request.method_mut() = delivery.method;
    *request.uri_mut() = target;
    *request.headers_mut() = delivery.headers;
    let length = request.body().len();
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    headers.insert(CONTENT_LENGTH, length.into());
    request
}

async fn plain(mut request: Request<Bytes>) -> Result<StatusCode, SendError> {
    let no_answer = |error: hyper::Error| SendError::NoAnswer(error.to_string());
    let url = request.uri();
    let host = url.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, url.port_u16().unwrap_or(80)))
        .await
        .map_err(|error| SendError::Connect(error.to_string()))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(no_answer)?;
    let connection = tokio::spawn(connection);
    let target = url.path_and_query().cloned();
    *request.uri_mut() = target.map_or_else(Uri::default, Uri::from);
    let answer = sender
        .send_request(request.map(Full::new))
        .await
        .map_err(no_answer)?;
    let status = answer.status();
    drop((sender, answer));
    // How the connection ends says nothing about the answer, which is here.
    let _ = connection.await;
    Ok(status)
}
