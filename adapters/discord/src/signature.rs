//! `X-Signature-Ed25519`: hex of the Ed25519 signature of `X-Signature-Timestamp` and the body, one
//! right behind the other.
//!
//! Discord keeps the private key, so that nobody else can sign for it. Who wants to try an endpoint
//! all the same gives it a private key of their own in place of the public one.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use http::HeaderValue;
use switchboard_core::{
    Delivery, Endpoint, Misfit, Secret, SecretRole, Timestamp, Verified, VerifyError,
};

/// 64 hex digits, as the portal shows them.
pub(crate) const PUBLIC_KEY: SecretRole = SecretRole::text(
    "public_key",
    "Developer Portal > your app > General Information > Public Key",
);

const SIGNATURE: &str = "x-signature-ed25519";
const TIMESTAMP: &str = "x-signature-timestamp";

/// What a private key of one's own begins with.
const PRIVATE: &[u8] = b"private:";

/// How far the signed time may be from ours, either way, in seconds. Discord names no limit. It sends
/// an event again for ten minutes, and may well not sign it again.
const TOLERANCE: i64 = 900;

/// Whether every key is one.
pub(crate) fn check(endpoint: &Endpoint) -> Result<(), Misfit> {
    for secret in endpoint.secrets(PUBLIC_KEY).unwrap_or_default() {
        key(secret).map_err(|error| Misfit::new(format!("{}: {error}", secret.label())))?;
    }
    Ok(())
}

/// Proves that whoever has the private key signed this body at about this time.
pub(crate) fn verify(delivery: &Delivery, endpoint: &Endpoint) -> Result<Verified, VerifyError> {
    let signature = delivery.required_header(SIGNATURE)?;
    let timestamp = delivery.required_header(TIMESTAMP)?;
    let secrets = endpoint.secrets(PUBLIC_KEY)?;
    let signature = hex::decode(signature)
        .ok()
        .and_then(|bytes| Signature::from_slice(&bytes).ok())
        .ok_or(VerifyError::looks_like("not 128 hex digits"))?;
    let message = [timestamp.as_bytes(), &delivery.body].concat();

    let mut unreadable = None;
    for secret in secrets {
        match key(secret) {
            // Strict: a signature has one form, and a weak key signs nothing.
            Ok(key) if key.public().verify_strict(&message, &signature).is_ok() => {
                let signed_at = fresh(timestamp, endpoint.now())?;
                return Ok(Verified::new("ed25519").by(secret).at(signed_at));
            }
            Ok(_) => {}
            // A key that is none is a mistake of ours, but it must not stand in another's way.
            Err(error) => unreadable = Some(error),
        }
    }
    Err(unreadable.map_or(VerifyError::mismatch(), VerifyError::unavailable))
}

/// The delivery, signed now by the first key, if that is a private one.
pub(crate) fn sign(delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
    let secret = endpoint.secrets(PUBLIC_KEY).ok()?.first()?;
    let Ok(Key::Private(key)) = key(secret) else {
        return None;
    };
    let timestamp = endpoint.now().as_seconds().to_string();
    let signature = key.sign(&[timestamp.as_bytes(), &delivery.body].concat());
    let mut signed = delivery.clone();
    for (name, value) in [
        (SIGNATURE, hex::encode(signature.to_bytes())),
        (TIMESTAMP, timestamp),
    ] {
        let value = HeaderValue::try_from(value).ok()?;
        signed.headers.insert(name, value);
    }
    Some(signed)
}

enum Key {
    Public(VerifyingKey),
    Private(Box<SigningKey>),
}

impl Key {
    fn public(&self) -> VerifyingKey {
        match self {
            Self::Public(key) => *key,
            Self::Private(key) => key.verifying_key(),
        }
    }
}

fn key(secret: &Secret) -> Result<Key, &'static str> {
    let text = secret.expose();
    let (digits, is_private) = match text.strip_prefix(PRIVATE) {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let bytes = hex::decode(digits)
        .ok()
        .and_then(|it| <[u8; 32]>::try_from(it).ok());
    let bytes = bytes.ok_or("the public key is not 64 hex digits")?;
    if is_private {
        return Ok(Key::Private(Box::new(SigningKey::from_bytes(&bytes))));
    }
    let key = VerifyingKey::from_bytes(&bytes).map_err(|_| "the public key is no Ed25519 key")?;
    Ok(Key::Public(key))
}

/// The time in a header that was signed, if it is near enough.
fn fresh(timestamp: &str, now: Timestamp) -> Result<Timestamp, VerifyError> {
    let is_number = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = timestamp.parse().ok().filter(|_| is_number);
    let signed_at = seconds
        .and_then(Timestamp::from_seconds)
        .ok_or_else(|| VerifyError::missing(TIMESTAMP))?;
    let apart = now.as_seconds().abs_diff(signed_at.as_seconds());
    let apart = i64::try_from(apart).unwrap_or(i64::MAX);
    if apart > TOLERANCE {
        return Err(VerifyError::stale(apart - TOLERANCE));
    }
    Ok(signed_at)
}
