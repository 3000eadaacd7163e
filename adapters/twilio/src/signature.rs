//! `X-Twilio-Signature`: base64 of the HMAC-SHA1 of the URL, and of the form's pairs behind it.
//!
//! The pairs are sorted by name, then by value, and each counts once. Other bodies are not signed but
//! by their SHA-256, which Twilio writes into the query as `bodySHA256`.

use std::collections::BTreeSet;

use http::{Method, Uri};
use sha2::{Digest as _, Sha256};
use switchboard_core::{Delivery, Endpoint, HmacScheme, SecretRole, Verified, VerifyError};

use crate::diagnosis;
use crate::payload::is_form;

/// One for each account and subaccount; there are two while it is changed.
pub(crate) const AUTH_TOKEN: SecretRole = SecretRole::text(
    "auth_token",
    "Twilio Console > Account Info > Auth Token, primary or secondary; not an API key's secret",
);

const BODY_HASH: &str = "bodySHA256";

static SIGNATURE: HmacScheme = HmacScheme::sha1(AUTH_TOKEN, "x-twilio-signature").base64();

/// Proves that Twilio sent the delivery to this URL for one of the accounts.
pub(crate) fn verify(delivery: &Delivery, endpoint: &Endpoint) -> Result<Verified, VerifyError> {
    if !is_body_signed(delivery) {
        // The URL may well be signed, and says nothing about this body.
        delivery.required_header("x-twilio-signature")?;
        endpoint.secrets(AUTH_TOKEN)?;
        return Err(VerifyError::looks_like(
            "the body is no form, and not the one that `bodySHA256` in the URL is of",
        ));
    }
    let messages = with_and_without_port(&delivery.url);
    believes(delivery, endpoint, &messages).map_err(|error| match error {
        VerifyError::Mismatch { diagnosis: None } => {
            diagnosis::of(delivery, |urls| believes(delivery, endpoint, urls).is_ok())
                .map_or(error, VerifyError::looks_like)
        }
        error => error,
    })
}

/// The delivery, signed by the first token; `None` where its body is no form and its URL has not the
/// body's hash.
pub(crate) fn sign(delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
    if !is_body_signed(delivery) {
        return None;
    }
    let message = message(delivery, &delivery.url.to_string());
    SIGNATURE.sign_message(delivery, endpoint, message.as_bytes())
}

/// Whether one of `urls` was signed with the body's pairs.
fn believes(
    delivery: &Delivery,
    endpoint: &Endpoint,
    urls: &[String],
) -> Result<Verified, VerifyError> {
    let messages = urls.iter().map(|url| message(delivery, url));
    SIGNATURE.verify_any(delivery, endpoint, messages)
}

/// What is signed, were `url` the URL.
fn message(delivery: &Delivery, url: &str) -> String {
    let mut message = url.to_owned();
    if is_form(delivery) {
        let pairs: BTreeSet<_> = delivery.form().collect();
        for (name, value) in pairs {
            message.push_str(&name);
            message.push_str(&value);
        }
    }
    message
}

/// Whether the signature covers the body: as a form, by its hash, or as nothing.
fn is_body_signed(delivery: &Delivery) -> bool {
    match delivery.query_value(BODY_HASH) {
        Some(signed) => signed == hash(&delivery.body),
        None => !needs_hash(delivery),
    }
}

/// Whether nothing but a hash can sign the body.
fn needs_hash(delivery: &Delivery) -> bool {
    let is_bare = delivery.method == Method::GET && delivery.body.is_empty();
    !is_bare && !is_form(delivery)
}

fn hash(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

/// The URL as it is, and with its scheme's own port written the other way: some of Twilio's products
/// sign it with, others without.
pub(crate) fn with_and_without_port(url: &Uri) -> Vec<String> {
    let own = match url.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    let mut urls = vec![url.to_string()];
    if let (Some(own), Some(host)) = (own, url.host())
        && let Some(target) = url.path_and_query()
    {
        let scheme = url.scheme_str().unwrap_or_default();
        urls.extend(match url.port_u16() {
            None => Some(format!("{scheme}://{host}:{own}{target}")),
            Some(port) if port == own => Some(format!("{scheme}://{host}{target}")),
            Some(_) => None,
        });
    }
    urls
}
