//! An HTTP request exactly as the provider sent it.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::form::{Form, Limits};
use crate::{Kept, Timestamp, VerifyError};

/// An HTTP request exactly as it came: what `verify` proves, the journal keeps and replay decodes.
///
/// `Debug` shows its size and shape, never its headers' values or its body.
///
/// A test of an adapter makes one, and `verify` and `parse` read it:
///
/// ```
/// use serde::Deserialize;
/// use switchboard_core::{Delivery, VerifyError};
///
/// #[derive(Deserialize)]
/// struct Hook {
///     id: u64,
/// }
///
/// let delivery = Delivery::post(r#"{"id": 501}"#)
///     .to("https://hooks.example.com/in/support?account=acme%20inc")
///     .with("x-acme-signature", "v1=8a3c")
///     .with("x-acme-topic", "order.paid");
///
/// assert_eq!(delivery.required_header("X-Acme-Signature")?, "v1=8a3c");
/// let twice = delivery.clone().with("x-acme-signature", "v1=8a3c");
/// let refused = twice.required_header("x-acme-signature");
/// assert!(matches!(refused, Err(VerifyError::Missing(_))));
///
/// assert_eq!(delivery.header("x-acme-topic"), Some("order.paid"));
/// assert_eq!(delivery.query().count(), 1);
/// assert_eq!(delivery.query_value("account").as_deref(), Some("acme inc"));
/// assert_eq!(delivery.text()?, r#"{"id": 501}"#);
/// assert_eq!(delivery.json::<Hook>()?.id, 501);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A form is read pair by pair or, where its names have brackets, as a tree:
///
/// ```
/// use serde_json::json;
/// use switchboard_core::Delivery;
///
/// let flat = Delivery::post("From=%2B15550100&Body=Is+anybody+there%3F");
/// let body = flat.form().find(|(name, _)| name == "Body");
/// assert_eq!(body.map(|(_, text)| text).as_deref(), Some("Is anybody there?"));
///
/// let nested = Delivery::post("leads[add][0][id]=501");
/// assert_eq!(nested.form_tree()?.value, json!({"leads": {"add": [{"id": "501"}]}}));
/// # Ok::<(), switchboard_core::ParseError>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// The request's method.
    pub method: Method,
    /// The public URL it was sent to, with its query: `public_url` and the request's target where
    /// one is configured, the target alone otherwise.
    pub url: Uri,
    /// Every header, the values of a repeated one in the order they came. Names are lower case.
    pub headers: HeaderMap,
    /// The body, byte for byte.
    pub body: Bytes,
    /// When its last byte was read, by our clock.
    pub received_at: Timestamp,
    /// Who called: who connected or, where that is a trusted proxy, whoever it names.
    pub peer: Option<IpAddr>,
}

impl Delivery {
    /// A delivery of these parts, from nobody in particular.
    ///
    /// ```
    /// use http::{HeaderMap, Method, Uri};
    /// use switchboard_core::{Delivery, Timestamp};
    ///
    /// let url = Uri::from_static("https://hooks.example.com/in/support");
    /// let now = Timestamp::from_seconds(1_764_000_000).expect("in range");
    /// let mut delivery = Delivery::new(Method::POST, url, HeaderMap::new(), "{}".into(), now);
    /// delivery.peer = Some([203, 0, 113, 7].into());
    /// assert_eq!(format!("{delivery:?}").find("hooks.example.com"), None);
    /// ```
    pub fn new(
        method: Method,
        url: Uri,
        headers: HeaderMap,
        body: Bytes,
        received_at: Timestamp,
    ) -> Self {
        Self {
            method,
            url,
            headers,
            body,
            received_at,
            peer: None,
        }
    }

    /// A bare `POST /` of `body`, for samples and tests.
    pub fn post(body: impl Into<Bytes>) -> Self {
        Self::new(
            Method::POST,
            Uri::from_static("/"),
            HeaderMap::new(),
            body.into(),
            Timestamp::UNIX_EPOCH,
        )
    }

    /// The same delivery, sent to `url`.
    ///
    /// # Panics
    ///
    /// When `url` is no URL; it is meant for samples and tests.
    #[must_use]
    pub fn to(mut self, url: &str) -> Self {
        self.url = url.parse().expect("the url of a sample is valid");
        self
    }

    /// The same delivery with one more header; a header of that name that is there stays.
    ///
    /// # Panics
    ///
    /// When name or value cannot stand in a header; it is meant for samples and tests.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("the header name of a sample is valid");
        let value = HeaderValue::try_from(value).expect("the header value of a sample is valid");
        self.headers.append(name, value);
        self
    }

    /// The value of a header that the scheme cannot do without.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Missing`] when it is absent, repeated, or not visible ASCII.
    pub fn required_header(&self, name: &str) -> Result<&str, VerifyError> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().map_err(|_| VerifyError::missing(name)),
            _ => Err(VerifyError::missing(name)),
        }
    }

    /// The value of a header that proves nothing: the first one, where it is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The pairs of the URL's query, decoded.
    pub fn query(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(self.url.query().unwrap_or_default().as_bytes())
    }

    /// The first value of `name` in the URL's query, decoded.
    pub fn query_value(&self, name: &str) -> Option<Cow<'_, str>> {
        self.query()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// The pairs of a form body, decoded, in the order they came. Invalid UTF-8 is replaced.
    pub fn form(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(&self.body)
    }

    /// Reads a form body whose names have brackets as a tree, within the default
    /// [`Limits`](crate::form::Limits). See [`form`](crate::form) for the rules.
    ///
    /// # Errors
    ///
    /// When it has more pairs than the limit.
    pub fn form_tree(&self) -> Result<Form, ParseError> {
        Form::parse(&self.body, Limits::default())
    }

    /// Reads the body as JSON. A [`Kept`](crate::Kept) payload keeps what its type did not read.
    ///
    /// # Errors
    ///
    /// When the body is not one JSON document of the shape of `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ParseError> {
        Ok(serde_json::from_slice(&self.body)?)
    }

    /// Reads the body as a `T`, and answers beside it what is left: a [`Kept`] without its `raw`, at
    /// a fraction of the cost, as no tree is made of what was read.
    ///
    /// ```
    /// use serde_json::json;
    /// use switchboard_core::Delivery;
    ///
    /// #[derive(Debug, Default, serde::Deserialize)]
    /// #[serde(default)]
    /// struct Hook {
    ///     id: u32,
    /// }
    ///
    /// let (hook, rest) = Delivery::post(r#"{"id": 7, "shop": "Acme"}"#).split::<Hook>()?;
    /// assert_eq!((hook.id, rest), (7, json!({"shop": "Acme"})));
    ///
    /// // What is not plainly a `T` is read as a `Kept`.
    /// let (hook, rest) = Delivery::post("[]").split::<Hook>()?;
    /// assert_eq!((hook.id, rest), (0, json!(null)));
    /// let wrong = Delivery::post(r#"{"id": "seven"}"#);
    /// assert_eq!(
    ///     wrong.split::<Hook>().unwrap_err(),
    ///     wrong.json::<switchboard_core::Kept<Hook>>().unwrap_err(),
    /// );
    /// # Ok::<(), switchboard_core::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the body is not one JSON document of the shape of `T`.
    pub fn split<T: DeserializeOwned>(&self) -> Result<(T, Value), ParseError> {
        Kept::stream(&self.body).or_else(|_| {
            let kept: Kept<T> = self.json()?;
            Ok((kept.value, kept.rest))
        })
    }

    /// Reads the body as text.
    ///
    /// # Errors
    ///
    /// When it is not UTF-8.
    pub fn text(&self) -> Result<&str, ParseError> {
        std::str::from_utf8(&self.body).map_err(|_| ParseError::new("the body is not UTF-8"))
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("method", &self.method)
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .field("received_at", &self.received_at)
            .finish_non_exhaustive()
    }
}

/// Why an authentic delivery could not be read. Says what was expected and where, never what stood
/// there.
///
/// ```
/// use switchboard_core::{Delivery, ParseError};
///
/// /// What the provider calls it, which stands in a header.
/// fn topic(delivery: &Delivery) -> Result<&str, ParseError> {
///     let topic = delivery.header("x-acme-topic");
///     topic.ok_or(ParseError::new("the header `x-acme-topic` is missing"))
/// }
///
/// let delivery = Delivery::post(r#"{"card": "4111 1111 1111 1111"}"#);
/// assert!(topic(&delivery).is_err());
///
/// let wrong = delivery.json::<Vec<u8>>().unwrap_err();
/// assert_eq!(wrong.to_string(), "a value has another type than expected at line 1 column 0");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(Cow<'static, str>);

impl ParseError {
    /// An error of this reason, which must quote nothing of the body.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(reason.into())
    }
}

/// So that `?` tells what went wrong with a payload without quoting it: serde_json repeats values of
/// the body in some of its texts, and those are replaced by a category.
impl From<serde_json::Error> for ParseError {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let told = if text.starts_with("missing field `") {
            text.split(" at line ")
                .next()
                .unwrap_or_default()
                .to_owned()
        } else if error.is_eof() {
            "the JSON ends early".to_owned()
        } else if error.is_syntax() {
            "the body is not JSON".to_owned()
        } else {
            "a value has another type than expected".to_owned()
        };
        match error.line() {
            0 => Self(told.into()),
            line => Self(format!("{told} at line {line} column {}", error.column()).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_required_header_stands_exactly_once() {
        let absent = Delivery::post("");
        let once = Delivery::post("").with("x-signature", "a");
        let twice = once.clone().with("X-Signature", "a");

        assert!(matches!(
            absent.required_header("x-signature"),
            Err(VerifyError::Missing(_))
        ));
        assert_eq!(once.required_header("x-signature").unwrap(), "a");
        assert!(matches!(
            twice.required_header("x-signature"),
            Err(VerifyError::Missing(_))
        ));
    }

    #[test]
    fn a_parse_error_quotes_nothing_of_the_body() {
        #[derive(Debug, serde::Deserialize)]
        struct Hook {
            _id: u32,
        }

        let wrong_type = Delivery::post(r#"{"_id":"my secret words"}"#);
        let absent = Delivery::post("{}");

        let error = wrong_type.json::<Hook>().unwrap_err().to_string();
        assert_eq!(
            error,
            "a value has another type than expected at line 1 column 24"
        );
        let error = absent.json::<Hook>().unwrap_err().to_string();
        assert_eq!(error, "missing field `_id` at line 1 column 2");
    }

    #[test]
    fn a_number_is_the_one_that_was_written() {
        let number: f64 = Delivery::post("1.797693133157e308").json().unwrap();

        assert_eq!(number, 1.797693133157e308);
    }

    #[test]
    fn debug_shows_neither_header_values_nor_body() {
        let delivery = Delivery::post("hunter2")
            .with("authorization", "hunter2")
            .to("/in/hunter2");

        assert!(!format!("{delivery:?}").contains("hunter2"));
    }
}
