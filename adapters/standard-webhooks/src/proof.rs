//! Who is believed: whoever signed by one of the secrets, or by one of the key pairs.

use serde::Deserialize;
use switchboard_core::{Delivery, Endpoint, Misfit, SecretRole, Verified, VerifyError};

use crate::ed25519;
use crate::family::Family;

/// A shared secret: 24 to 64 bytes.
pub(crate) const SECRET: SecretRole = SecretRole::base64(
    "secret",
    "What the sender shows as the signing secret, `whsec_` and base64",
)
.prefix("whsec_")
.optional();

/// The sender's public key. It proves a sender and opens nothing.
pub(crate) const PUBLIC_KEY: SecretRole = SecretRole::base64(
    "public_key",
    "Where the sender signs by a key pair: the public key, `whpk_` and base64",
)
.prefix("whpk_")
.optional();

/// Forty signatures, by forty key pairs: nobody has more, and each costs work.
const LONGEST_LIST: usize = 4096;

/// How many seconds the signed time may be from ours, either way.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u32")]
pub(crate) struct Tolerance(pub(crate) u32);

impl Default for Tolerance {
    fn default() -> Self {
        Self(300)
    }
}

impl TryFrom<u32> for Tolerance {
    type Error = &'static str;

    fn try_from(seconds: u32) -> Result<Self, Self::Error> {
        if (1..=86_400).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err("a tolerance is 1 to 86400 seconds")
        }
    }
}

/// Whether the endpoint's keys are keys.
pub(crate) fn check(endpoint: &Endpoint) -> Result<(), Misfit> {
    for secret in endpoint.secrets(SECRET).unwrap_or_default() {
        let length = secret.expose().len();
        if !(24..=64).contains(&length) {
            return Err(Misfit::new(format!(
                "{}: a secret has 24 to 64 bytes, and this one {length}",
                secret.label()
            )));
        }
    }
    for key in endpoint.secrets(PUBLIC_KEY).unwrap_or_default() {
        ed25519::key(key)
            .map_err(|_| Misfit::new(format!("{}: no Ed25519 public key", key.label())))?;
    }
    Ok(())
}

/// Proves that the sender has one of the secrets or of the key pairs, and signed this just now.
pub(crate) fn verify(
    delivery: &Delivery,
    endpoint: &Endpoint,
    tolerance: Tolerance,
) -> Result<Verified, VerifyError> {
    let family = Family::of(delivery);
    family.id(delivery)?;
    let list = delivery.required_header(family.signature)?;
    if list.len() > LONGEST_LIST {
        return Err(VerifyError::missing(family.signature));
    }
    let scheme = family.scheme(tolerance);
    let has_secrets = endpoint.secrets(SECRET).is_ok();
    match scheme.verify(delivery, endpoint) {
        Err(error @ (VerifyError::Mismatch { .. } | VerifyError::Unavailable(_)))
            if endpoint.secrets(PUBLIC_KEY).is_ok() =>
        {
            let by_key = ed25519::verify(&scheme, list, delivery, endpoint);
            // What a signature by a shared secret looks like tells more than that there is none.
            by_key.map_err(|other| match other {
                VerifyError::Mismatch { .. } if has_secrets => error,
                other => other,
            })
        }
        answer => answer,
    }
}

/// The delivery, signed now by the first secret, with an id where it has none. By a key pair only
/// the sender can.
pub(crate) fn sign(
    delivery: &Delivery,
    endpoint: &Endpoint,
    tolerance: Tolerance,
) -> Option<Delivery> {
    let family = Family::of(delivery);
    let delivery = family.identified(delivery, endpoint.now().as_micros());
    // What would be refused is not signed either.
    family.id(&delivery).ok()?;
    family.scheme(tolerance).sign(&delivery, endpoint)
}
