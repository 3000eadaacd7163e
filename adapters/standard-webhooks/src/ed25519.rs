//! `v1a`: Ed25519 over the same message that `v1` is a MAC of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, SignatureError, VerifyingKey};
use switchboard_core::{Delivery, Endpoint, HmacScheme, Secret, Verified, VerifyError};

use crate::proof::PUBLIC_KEY;

/// Proves that one of the signatures in `list` is by the key pair of one of the public keys.
/// `scheme` knows what is signed, and when.
pub(crate) fn verify(
    scheme: &HmacScheme,
    list: &str,
    delivery: &Delivery,
    endpoint: &Endpoint,
) -> Result<Verified, VerifyError> {
    let message = scheme.message(delivery)?;
    let signatures: Vec<_> = list.split(' ').filter_map(signature).collect();
    for secret in endpoint.secrets(PUBLIC_KEY)? {
        // One that is none is a mistake in the configuration, and nobody's forgery.
        let key = key(secret).map_err(VerifyError::unavailable)?;
        let is_by = |signature| key.verify_strict(&message, signature).is_ok();
        if signatures.iter().any(is_by) {
            let verified = Verified::new("ed25519").by(secret);
            return Ok(match scheme.signed_at(delivery, endpoint)? {
                Some(signed_at) => verified.at(signed_at),
                None => verified,
            });
        }
    }
    Err(VerifyError::mismatch())
}

pub(crate) fn key(secret: &Secret) -> Result<VerifyingKey, SignatureError> {
    VerifyingKey::try_from(secret.expose())
}

fn signature(text: &str) -> Option<Signature> {
    let encoded = text.strip_prefix("v1a,")?;
    Signature::from_slice(&STANDARD.decode(encoded).ok()?).ok()
}
