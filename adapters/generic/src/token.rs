//! Tokens: who knows one is believed, whatever they send.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use switchboard_core::mapping::Place;
use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::secrets::SECRET;

const AUTHORIZATION: &str = "authorization";

/// The name of a header.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct HeaderField(String);

impl HeaderField {
    pub(crate) fn name(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for HeaderField {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match Place::try_from(format!("header:{name}")) {
            Ok(Place::Header(name)) => Ok(Self(name)),
            _ => Err(format!("`{name}` cannot be the name of a header")),
        }
    }
}

/// Whether a header can hold `key` as its whole value, or the end of it.
pub(crate) fn fits_a_header(key: &[u8]) -> bool {
    let is_visible = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    key.iter().all(is_visible) && key.trim_ascii() == key
}

/// `Basic` and the base64 of `user:password`, RFC 7617.
pub(crate) fn basic(delivery: &Delivery, endpoint: &Endpoint) -> Result<Verified, VerifyError> {
    let encoded = credentials(delivery, "basic")?;
    let pair = STANDARD
        .decode(encoded)
        .map_err(|_| VerifyError::looks_like("what stands behind `Basic` is not base64"))?;
    proven("basic", endpoint, &pair)
}

/// `Bearer` and the token, RFC 6750.
pub(crate) fn bearer(delivery: &Delivery, endpoint: &Endpoint) -> Result<Verified, VerifyError> {
    proven(
        "bearer",
        endpoint,
        credentials(delivery, "bearer")?.as_bytes(),
    )
}

/// The value of the one pair of this name in the URL's query.
pub(crate) fn query(
    name: &str,
    delivery: &Delivery,
    endpoint: &Endpoint,
) -> Result<Verified, VerifyError> {
    let mut values = delivery.query().filter(|(known, _)| known == name);
    match (values.next(), values.next()) {
        (Some((_, token)), None) => endpoint.matching(SECRET, token.as_bytes()),
        _ => Err(VerifyError::looks_like(
            "the URL's query does not have the token exactly once",
        )),
    }
}

pub(crate) fn with_basic(delivery: &Delivery, secret: &[u8]) -> Option<Delivery> {
    let value = format!("Basic {}", STANDARD.encode(secret));
    with_header(delivery, AUTHORIZATION, &value)
}

pub(crate) fn with_bearer(delivery: &Delivery, secret: &[u8]) -> Option<Delivery> {
    let value = format!("Bearer {}", str::from_utf8(secret).ok()?);
    with_header(delivery, AUTHORIZATION, &value)
}

pub(crate) fn with_header(delivery: &Delivery, name: &str, value: &str) -> Option<Delivery> {
    if !fits_a_header(value.as_bytes()) {
        return None;
    }
    let mut bare = delivery.clone();
    bare.headers.remove(name);
    Some(bare.with(name, value))
}

pub(crate) fn with_query(delivery: &Delivery, name: &str, value: &str) -> Option<Delivery> {
    let others = delivery.query().filter(|(known, _)| known != name);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair(name, value)
        .finish();
    let url = delivery.url.to_string();
    let bare = url.split('?').next().unwrap_or_default();
    let mut signed = delivery.clone();
    signed.url = format!("{bare}?{query}").parse().ok()?;
    Some(signed)
}

/// What stands behind `scheme`, whose letter case does not count, in `Authorization`.
fn credentials<'a>(delivery: &'a Delivery, scheme: &str) -> Result<&'a str, VerifyError> {
    let value = delivery.required_header(AUTHORIZATION)?;
    match value.split_once(' ') {
        Some((found, rest)) if found.eq_ignore_ascii_case(scheme) => Ok(rest.trim_start()),
        _ => Err(VerifyError::looks_like(
            "`Authorization` is of another scheme than expected",
        )),
    }
}

fn proven(
    scheme: &'static str,
    endpoint: &Endpoint,
    presented: &[u8],
) -> Result<Verified, VerifyError> {
    let mut verified = endpoint.matching(SECRET, presented)?;
    verified.scheme = scheme.into();
    Ok(verified)
}
