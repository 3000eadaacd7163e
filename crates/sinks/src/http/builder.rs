//! How an HTTP sink is made.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, TE,
    TRAILER, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use switchboard_core::{Clock, Secret, SystemClock};

use super::sign::Signer;
use super::{Guard, Http, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, connect, target};

pub(super) const USER: HeaderValue =
    HeaderValue::from_static(concat!("switchboard/", env!("CARGO_PKG_VERSION")));

/// Headers that say what the sink sends, or how the connection carries it.
const OURS: [HeaderName; 13] = [
    CONNECTION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    EXPECT,
    HOST,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    USER_AGENT,
    WEBHOOK_ID,
    WEBHOOK_SIGNATURE,
    WEBHOOK_TIMESTAMP,
];

/// Makes an [`Http`] sink; see [`Http::builder`].
#[derive(Debug)]
#[must_use]
pub struct HttpBuilder {
    url: Private,
    guard: Guard,
    secrets: Vec<Secret>,
    headers: Vec<(String, Private)>,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

impl HttpBuilder {
    pub(super) fn new(url: String, guard: Guard) -> Self {
        Self {
            url: Private(url),
            guard,
            secrets: Vec::new(),
            headers: Vec::new(),
            timeout: Duration::from_secs(15),
            clock: Arc::new(SystemClock),
        }
    }

    /// Signs with `secret`, of the role [`Http::SECRET`], beside those already given. During a
    /// change of secrets, give the old one and the new one.
    pub fn secret(mut self, secret: Secret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// Sends the header `name` too, for example an `authorization`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), Private(value.into())));
        self
    }

    /// Gives up an attempt after `timeout`, from the resolving of the name to the end of the answer;
    /// 15 seconds unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Tells the time by `clock`.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Makes the sink. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// When the URL, a secret or a header is not fit for use, or when the URL is `https` and the
    /// system has no root certificates.
    pub fn build(self) -> Result<Http, HttpError> {
        let url = target::parse(&self.url.0, self.guard)?;
        let mut headers = HeaderMap::new();
        for (name, Private(value)) in &self.headers {
            let (name, value) = extra(name, value)?;
            headers.append(name, value);
        }
        headers.insert(CONTENT_TYPE, super::CLOUDEVENTS);
        headers.insert(USER_AGENT, USER);
        Ok(Http {
            pool: connect::pool(&url, self.guard)?,
            url,
            headers,
            signer: Signer::new(self.secrets)?,
            timeout: self.timeout,
            clock: self.clock,
        })
    }
}

fn extra(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), HttpError> {
    let header = HeaderName::try_from(name).map_err(|_| HttpError::Header(name.to_owned()))?;
    if OURS.contains(&header) {
        return Err(HttpError::Ours(header.to_string()));
    }
    let mut value = HeaderValue::try_from(value).map_err(|_| HttpError::Header(name.to_owned()))?;
    value.set_sensitive(true);
    Ok((header, value))
}

/// A text that may carry a token, and so is never shown.
struct Private(String);

impl std::fmt::Debug for Private {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

/// Why an [`Http`] sink or a [`Client`](super::Client) cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The URL is not one that events can go to.
    #[error("the URL {0}")]
    Url(&'static str),
    /// The URL names an address that the guard does not allow.
    #[error("the URL's address {0} is one that must not be called")]
    Address(IpAddr),
    /// A secret is not as long as Standard Webhooks asks for; its label is shown.
    #[error("the secret from `{0}` is not `whsec_` and base64 of 24 to 64 bytes")]
    Secret(String),
    /// A header's name or value is not fit for HTTP.
    #[error("the header `{0}` is malformed")]
    Header(String),
    /// A header is one that the sink sets itself.
    #[error("the header `{0}` is the sink's own")]
    Ours(String),
    /// The system's root certificates cannot be had.
    #[error("no certificate can be verified; install the system's CA certificates")]
    Roots(#[source] Box<dyn std::error::Error + Send + Sync>),
}
