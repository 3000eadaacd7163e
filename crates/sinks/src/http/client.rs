//! Requests of somebody else's making, over the connections that the sink makes.

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};

use super::{Guard, HttpError, answer, cause, connect, target};

/// Sends whole requests as they are, over the connections that [`Http`](super::Http) makes too: TLS
/// by the system's roots, and only to addresses that its guard allows. For tools and tests.
///
/// ```
/// use std::time::Duration;
/// use bytes::Bytes;
/// use http::{Request, StatusCode};
/// use switchboard_sinks::{Client, ClientError, Guard};
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let receiver = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let url = format!("http://{}/in/support", receiver.local_addr()?);
/// let client = Client::new(&url, Guard::operator(), Duration::from_secs(5))?;
/// let request = || Request::post(&url).body(Bytes::from_static(b"hello"));
///
/// let answering = async {
///     let (mut stream, _) = receiver.accept().await?;
///     # let mut request = Vec::new();
///     # while !request.ends_with(b"hello") {
///     #     stream.read_buf(&mut request).await?;
///     # }
///     stream.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await
/// };
/// let (status, answered) = tokio::join!(client.send(request()?), answering);
/// answered?;
/// assert_eq!(status?, StatusCode::ACCEPTED);
///
/// drop(receiver);
/// let error = client.send(request()?).await.unwrap_err();
/// assert!(matches!(error, ClientError::Connect(_)));
/// # Ok(())
/// # }
/// ```
pub struct Client {
    pool: connect::Pool,
    timeout: Duration,
}

impl Client {
    /// A client for requests to `url` and others of its scheme, each of which may take `timeout`.
    ///
    /// # Errors
    ///
    /// When the URL is not fit for use, or is `https` and the system has no root certificates.
    pub fn new(url: &str, guard: Guard, timeout: Duration) -> Result<Self, HttpError> {
        let url = target::parse(url, guard)?;
        let pool = connect::pool(&url, guard)?;
        Ok(Self { pool, timeout })
    }

    /// Sends `request` to where its URL says, and answers the status; redirects are not followed.
    ///
    /// A dropped call may leave the request with the receiver.
    ///
    /// # Errors
    ///
    /// When nobody answers.
    pub async fn send(&self, request: Request<Bytes>) -> Result<StatusCode, ClientError> {
        let deadline = Instant::now() + self.timeout;
        let answer = ask(&self.pool, request, deadline).await?;
        let status = answer.status();
        // The receiver has spoken; how the rest of its answer ends changes nothing.
        let _ = timeout_at(
            deadline,
            answer::drain(answer.into_body(), &mut BytesMut::new()),
        )
        .await;
        Ok(status)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// The answer to `request`, whose body is still to come.
pub(super) async fn ask(
    pool: &connect::Pool,
    request: Request<Bytes>,
    deadline: Instant,
) -> Result<Response<Incoming>, ClientError> {
    match timeout_at(deadline, pool.request(request.map(Full::new))).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) if error.is_connect() => Err(ClientError::Connect(cause(&error))),
        Ok(Err(error)) => Err(ClientError::NoAnswer(cause(&error))),
        Err(_elapsed) => Err(ClientError::Late),
    }
}

/// Why a request by a [`Client`] has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// Nobody took the connection; the cause is told.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// The connection was taken, and no answer came; the cause is told.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The time was up before an answer came.
    #[error("no answer in time")]
    Late,
}
