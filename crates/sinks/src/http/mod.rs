//! An HTTP service: one POST an event, signed by Standard Webhooks.

mod answer;
mod builder;
mod client;
mod connect;
mod documents;
mod guard;
mod sign;
mod target;
mod zone;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use switchboard_core::sink::{Envelope, Sink, SinkError};
use switchboard_core::{Clock, SecretRole};
use tokio::time::{Instant, timeout_at};

pub use builder::{HttpBuilder, HttpError};
pub use client::{Client, ClientError};
pub use documents::HttpDocuments;
pub use guard::Guard;

const CLOUDEVENTS: HeaderValue = HeaderValue::from_static("application/cloudevents+json");
const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");

/// POSTs one structured CloudEvent a request, and takes it by a 2xx.
///
/// `webhook-id` is the event's id and the same over all attempts; `webhook-timestamp` is the
/// attempt's. A redirect is a refusal and never followed; 410 says that the receiver wants no more.
///
/// ```
/// use std::time::Duration;
/// use std::sync::Arc;
/// use switchboard_core::sink::{Envelope, Sink};
/// use switchboard_core::{Secret, SystemClock};
/// use switchboard_sinks::{Guard, Http, HttpBuilder, HttpError};
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let receiver = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let url = format!("http://{}/events", receiver.local_addr()?);
///
/// // The operator wrote this URL, so it may be one of this machine or of a private network.
/// let builder: HttpBuilder = Http::builder(url, Guard::operator());
/// let text = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
/// let sink = builder
///     .secret(Secret::new("env APP_SECRET", Http::SECRET, text)?)
///     .header("authorization", "Bearer of a token")
///     .timeout(Duration::from_secs(5))
///     .clock(Arc::new(SystemClock))
///     .build()?;
///
/// // A receiver, in the few words that HTTP needs.
/// let receiving = async {
///     let (mut stream, _) = receiver.accept().await?;
///     let mut request = Vec::new();
///     while !request.ends_with(b"}}}") {
///         stream.read_buf(&mut request).await?;
///     }
///     stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
///     Ok::<_, std::io::Error>(String::from_utf8_lossy(&request).into_owned())
/// };
/// # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/event.json"));
/// let event = Envelope::read(json.into())?;
/// let events = [Arc::new(event)];
/// let (delivered, received) = tokio::join!(sink.deliver(&events), receiving);
/// delivered?;
/// let received = received?;
/// assert!(received.starts_with("POST /events HTTP/1.1\r\n"));
/// assert!(received.contains("webhook-id: message.created:42\r\n"));
/// assert!(received.contains("webhook-signature: v1,"));
///
/// // What cannot work is told before anything is sent.
/// let strangers = Http::builder("http://10.0.0.7/", Guard::public()).build();
/// assert!(matches!(strangers.unwrap_err(), HttpError::Address(_)));
/// # Ok(())
/// # }
/// ```
pub struct Http {
    pool: connect::Pool,
    url: Uri,
    headers: HeaderMap,
    signer: sign::Signer,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

impl Http {
    /// What its secrets are: `whsec_` and base64 of 24 to 64 bytes.
    pub const SECRET: SecretRole =
        SecretRole::base64("secret", "made by you, and known to your receiver").prefix("whsec_");

    /// A sink that POSTs to `url`, as far as `guard` lets it.
    pub fn builder(url: impl Into<String>, guard: Guard) -> HttpBuilder {
        HttpBuilder::new(url.into(), guard)
    }

    /// A dropped call may leave the event with the receiver.
    async fn post(&self, envelope: &Envelope) -> Result<(), SinkError> {
        let deadline = Instant::now() + self.timeout;
        let request = self.request(envelope)?;
        let answer = client::ask(&self.pool, request, deadline).await;
        let answer = answer.map_err(|error| SinkError::unavailable(error.to_string()))?;
        let (head, body) = answer.into_parts();
        // The receiver has spoken; how the rest of its answer ends changes nothing.
        let mut words = BytesMut::new();
        let _ = timeout_at(deadline, answer::drain(body, &mut words)).await;
        answer::judge(head.status, &head.headers, words.freeze(), self.clock.now())
    }

    fn request(&self, envelope: &Envelope) -> Result<Request<Bytes>, SinkError> {
        let body = envelope.json();
        let id = envelope.id();
        let seconds = self.clock.now().as_seconds();
        let mut headers = self.headers.clone();
        let header = HeaderValue::from_str(id)
            .map_err(|_| SinkError::refused("the event's id is not fit for a header"))?;
        headers.insert(WEBHOOK_ID, header);
        headers.insert(WEBHOOK_TIMESTAMP, seconds.into());
        if let Some(signature) = self.signer.sign(id, seconds, body) {
            headers.insert(WEBHOOK_SIGNATURE, signature);
        }
        let mut request = Request::new(body.clone());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        *request.headers_mut() = headers;
        Ok(request)
    }
}

#[async_trait]
impl Sink for Http {
    fn can_crash(&self) -> bool {
        false
    }

    async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        for envelope in batch {
            self.post(envelope).await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("url", &target::origin(&self.url))
            .field("signer", &self.signer)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// The cause that has no other, in short: a certificate's names may be many.
fn cause(mut error: &(dyn Error + 'static)) -> String {
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string().chars().take(200).collect()
}
