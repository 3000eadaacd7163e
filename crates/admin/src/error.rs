//! Why a call is not answered as it was meant.

use http::header::ALLOW;
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;
use switchboard_core::journal::JournalError;

use crate::answer::{Body, json};

/// What a caller is told instead of an answer. Quotes the call at most, and never the journal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The call makes no sense.
    #[error("{0}")]
    BadRequest(String),
    /// The caller has not shown the token.
    #[error("the token is missing or wrong")]
    Unauthorized,
    /// A page of another site made the caller's browser do it.
    #[error("calls from other sites are not taken")]
    CrossSite,
    /// What was asked for is not there.
    #[error("{0}")]
    NotFound(String),
    /// There is something at that path, for other methods.
    #[error("method not allowed")]
    Method(String),
    /// It cannot be done as things are.
    #[error("{0}")]
    Conflict(String),
    /// The body is larger than any call needs.
    #[error("the body is too large")]
    TooLarge,
    /// The body is not JSON.
    #[error("the body must be `application/json`")]
    NotJson,
    /// The call names a host that is not ours.
    #[error("not a host of this gateway; see `admin.hosts`")]
    Misdirected,
    /// It cannot be done now.
    #[error("{0}")]
    Unavailable(String),
}

impl ApiError {
    pub(crate) fn bad(what: impl Into<String>) -> Self {
        Self::BadRequest(what.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(crate) fn response(&self) -> Response<Body> {
        let mut response = json(&json!({ "error": self.to_string() }));
        *response.status_mut() = self.status();
        match self {
            Self::Method(allowed) => {
                if let Ok(allowed) = HeaderValue::from_str(allowed) {
                    response.headers_mut().insert(ALLOW, allowed);
                }
            }
            Self::Unauthorized => {
                let bearer = HeaderValue::from_static("Bearer");
                let name = http::header::WWW_AUTHENTICATE;
                response.headers_mut().insert(name, bearer);
            }
            _ => {}
        }
        response
    }
}

/// Nothing that a caller did makes a journal fail, and all of it may pass.
impl From<JournalError> for ApiError {
    fn from(error: JournalError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
