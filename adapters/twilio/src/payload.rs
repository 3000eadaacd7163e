//! From the bytes to Twilio's words: a form, a query, or JSON.

use http::Method;
use serde_json::Value;
use switchboard_core::form::Limits;
use switchboard_core::{Delivery, ParseError};

use crate::fields::Fields;

/// Twilio's id for a request, the same when it calls again. It is not signed.
const TOKEN: &str = "i-twilio-idempotency-token";

/// One webhook: what [`Twilio`](crate::messaging::Twilio) and
/// [`TwilioConversations`](crate::conversations::TwilioConversations) parse.
#[derive(Debug)]
pub struct Payload {
    pub(crate) body: Body,
    pub(crate) token: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Body {
    Pairs(Fields),
    Json(Value),
}

impl Payload {
    /// Reads a body of any webhook; that of a `GET` is its query.
    pub(crate) fn read(delivery: &Delivery) -> Result<Self, ParseError> {
        let token = delivery.required_header(TOKEN).ok();
        let token = token.filter(|token| !token.is_empty()).map(str::to_owned);
        let owned = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
            (name.into_owned(), value.into_owned())
        };
        let body = if is_form(delivery) {
            let most = Limits::default().pairs;
            let pairs: Vec<_> = delivery.form().take(most + 1).map(owned).collect();
            if pairs.len() > most {
                return Err(ParseError::new("the form has too many pairs"));
            }
            if pairs.is_empty() {
                return Err(ParseError::new("the form is empty"));
            }
            Body::Pairs(Fields(pairs))
        } else if delivery.method == Method::GET && delivery.body.is_empty() {
            Body::Pairs(Fields(delivery.query().map(owned).collect()))
        } else {
            Body::Json(delivery.json()?)
        };
        Ok(Self { body, token })
    }

    /// The pairs, where it has any.
    pub(crate) fn fields(&self) -> Option<&Fields> {
        match &self.body {
            Body::Pairs(fields) => Some(fields),
            Body::Json(_) => None,
        }
    }
}

/// Whether the body is a form.
pub(crate) fn is_form(delivery: &Delivery) -> bool {
    let kind = delivery.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
