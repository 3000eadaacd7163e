//! `X-Hub-Signature-256: sha256=` and the hex HMAC-SHA256 of the body.
//!
//! Meta signs the bytes that it sends, in which every character beyond ASCII is a `\u` escape. JSON
//! that was read and written again on its way has the same meaning and another signature.

use std::fmt::Write as _;

use switchboard_core::{Delivery, Endpoint, HmacScheme, SecretRole, Verified, VerifyError};

/// An app has one; apps with Instagram Login have a second one, which signs Instagram's webhooks.
pub(crate) const APP_SECRET: SecretRole = SecretRole::text(
    "app_secret",
    "App settings > Basic > App secret; for Instagram Login the Instagram app secret",
);

static SIGNATURE: HmacScheme =
    HmacScheme::sha256(APP_SECRET, "x-hub-signature-256").prefix("sha256=");

/// Two more MACs are tried for the diagnosis, which a forger must not get for a large body.
const LARGEST_DIAGNOSED: usize = 64 * 1024;

/// Proves that Meta signed the body for one of the apps.
pub(crate) fn verify(delivery: &Delivery, endpoint: &Endpoint) -> Result<Verified, VerifyError> {
    SIGNATURE
        .verify(delivery, endpoint)
        .map_err(|error| match error {
            VerifyError::Mismatch { diagnosis: None } if is_rewritten(delivery, endpoint) => {
                VerifyError::looks_like(
                    "the body was written anew on its way: Meta signed it with its \\u escapes",
                )
            }
            error => error,
        })
}

/// The delivery, signed by the first app secret.
pub(crate) fn sign(delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
    SIGNATURE.sign(delivery, endpoint)
}

/// Whether the signature is that of the body as Meta would have written it.
fn is_rewritten(delivery: &Delivery, endpoint: &Endpoint) -> bool {
    if delivery.body.len() > LARGEST_DIAGNOSED {
        return false;
    }
    let Ok(text) = delivery.text() else {
        return false;
    };
    let escaped = escaped(text);
    let slashed = escaped.replace('/', "\\/");
    SIGNATURE
        .verify_any(delivery, endpoint, [escaped, slashed])
        .is_ok()
}

/// JSON with an escape for every UTF-16 unit beyond ASCII.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for char in json.chars() {
        if char.is_ascii() {
            escaped.push(char);
            continue;
        }
        for unit in char.encode_utf16(&mut [0; 2]) {
            write!(escaped, "\\u{unit:04x}").expect("a String takes every write");
        }
    }
    escaped
}
