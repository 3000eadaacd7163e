//! What an adapter wants the provider to hear. It words successes only; refusals are the host's.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;

/// A success in the provider's own words. There is no way to word a failure.
///
/// ```
/// use switchboard_core::Reply;
///
/// assert_eq!(Reply::ok().status(), 200);
/// assert_eq!(Reply::no_content().status(), 204);
///
/// let json = Reply::json(r#"{"received":true}"#);
/// assert_eq!(json.content_type(), Some("application/json"));
/// assert_eq!(json.body(), r#"{"received":true}"#);
///
/// let challenge = Reply::text(String::from("817"));
/// assert_eq!(challenge.content_type(), Some("text/plain; charset=utf-8"));
///
/// assert_eq!(Reply::xml("<Response/>").content_type(), Some("text/xml; charset=utf-8"));
/// assert!(Reply::ok().typed("text/xml").body().is_empty());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    status: StatusCode,
    content_type: Option<&'static str>,
    body: Bytes,
}

impl Reply {
    /// 200 without a body.
    pub fn ok() -> Self {
        Self {
            status: StatusCode::OK,
            content_type: None,
            body: Bytes::new(),
        }
    }

    /// 204.
    pub fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            ..Self::ok()
        }
    }

    /// 200 with a plain text.
    pub fn text(body: impl Into<Cow<'static, str>>) -> Self {
        Self::with("text/plain; charset=utf-8", body.into())
    }

    /// 200 with a JSON document.
    pub fn json(body: impl Into<Cow<'static, str>>) -> Self {
        Self::with("application/json", body.into())
    }

    /// 200 with an XML document.
    pub fn xml(body: impl Into<Cow<'static, str>>) -> Self {
        Self::with("text/xml; charset=utf-8", body.into())
    }

    /// The same with this `Content-Type`: some providers want to see one without a body too.
    #[must_use]
    pub fn typed(mut self, content_type: &'static str) -> Self {
        self.content_type = Some(content_type);
        self
    }

    /// The status: 200 or 204.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The `Content-Type`, where there is one.
    pub fn content_type(&self) -> Option<&'static str> {
        self.content_type
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    fn with(content_type: &'static str, body: Cow<'static, str>) -> Self {
        let body = match body {
            Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
            Cow::Owned(text) => Bytes::from(text),
        };
        Self {
            status: StatusCode::OK,
            content_type: Some(content_type),
            body,
        }
    }
}

/// What an adapter says to a call before anybody verified it.
///
/// ```
/// use switchboard_core::{Delivery, Endpoint, Preflight, Reply, SecretRole};
///
/// const VERIFY_TOKEN: SecretRole = SecretRole::text("verify_token", "Chosen by you");
///
/// /// The handshake of a provider that calls `GET ?verify_token=..&challenge=..` once.
/// fn preflight(delivery: &Delivery, endpoint: &Endpoint) -> Preflight {
///     let Some(challenge) = delivery.query_value("challenge") else {
///         return Preflight::Continue;
///     };
///     let token = delivery.query_value("verify_token").unwrap_or_default();
///     match endpoint.matching(VERIFY_TOKEN, token.as_bytes()) {
///         Ok(_) => Preflight::Reply(Reply::text(challenge.into_owned())),
///         Err(_) => Preflight::Refuse,
///     }
/// }
///
/// let endpoint = Endpoint::fixed(0).with_secret_text(VERIFY_TOKEN, "chosen-by-ann");
/// let ask = |query| preflight(&Delivery::post("").to(query), &endpoint);
/// let right = ask("/in/page?verify_token=chosen-by-ann&challenge=817");
/// assert_eq!(right, Preflight::Reply(Reply::text("817")));
/// assert_eq!(ask("/in/page?verify_token=guessed&challenge=817"), Preflight::Refuse);
/// assert_eq!(ask("/in/page"), Preflight::Continue);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Preflight {
    /// A delivery like any other: verify it.
    Continue,
    /// An unsigned handshake: answer at once. The only 2xx without a commit.
    Reply(Reply),
    /// An unsigned handshake that failed: answered as what failed verification, and not kept.
    Refuse,
}
