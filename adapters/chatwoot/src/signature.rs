//! `X-Chatwoot-Signature: sha256=` and the hex HMAC-SHA256 of `{timestamp}.{body}`.
//!
//! Chatwoot makes the secret, and one for each webhook, inbox and bot; changing it takes effect at
//! once. So an endpoint may well have several.

use serde::Deserialize;
use switchboard_core::{Delivery, Endpoint, HmacScheme, SecretRole, Unit, Verified, VerifyError};

/// The key as it is shown. An inbox shows an `hmac_token` too, which signs something else.
pub(crate) const SECRET: SecretRole = SecretRole::text(
    "secret",
    "The webhook's, the API inbox's or the agent bot's `secret` in Settings; not `hmac_token`",
);

const SIGNATURE: &str = "x-chatwoot-signature";
const TIMESTAMP: &str = "x-chatwoot-timestamp";

/// Whether there is anything of a signature, right or wrong: then nothing excuses a wrong one.
pub(crate) fn is_presented(delivery: &Delivery) -> bool {
    [SIGNATURE, TIMESTAMP]
        .iter()
        .any(|name| delivery.headers.contains_key(*name))
}

/// How many seconds the signed time may be from ours, either way. What Chatwoot sends again it
/// signs afresh.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Tolerance(u32);

impl Default for Tolerance {
    fn default() -> Self {
        Self(300)
    }
}

impl TryFrom<String> for Tolerance {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let seconds = || {
            let unit = text.find(|char: char| !char.is_ascii_digit())?;
            let (number, unit) = text.split_at(unit);
            let seconds: u32 = match unit {
                "s" => 1,
                "m" => 60,
                "h" => 60 * 60,
                _ => return None,
            };
            seconds.checked_mul(number.parse().ok()?)
        };
        match seconds() {
            None | Some(0) => Err("a tolerance is a time such as `300s`, `5m` or `1h`"),
            Some(seconds) => Ok(Self(seconds)),
        }
    }
}

impl Tolerance {
    fn scheme(self) -> HmacScheme {
        HmacScheme::sha256(SECRET, SIGNATURE)
            .prefix("sha256=")
            .signs("{timestamp}.{body}")
            .timestamp(TIMESTAMP, Unit::Seconds, self.0.into())
    }

    /// Proves that the sender knows one of the secrets, and signed this body just now; where the
    /// operator takes them unsigned, as from versions that cannot sign, there is nothing to prove.
    pub(crate) fn verify(
        self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        if endpoint.is_unsigned() {
            return Ok(Verified::unsigned());
        }
        let verified = self.scheme().verify(delivery, endpoint)?;
        let signature = delivery.required_header(SIGNATURE)?;
        if signature.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(VerifyError::looks_like(
                "written in upper case, which Chatwoot never does",
            ));
        }
        Ok(verified)
    }

    /// The delivery, signed now by the first secret.
    pub(crate) fn sign(self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        self.scheme().sign(delivery, endpoint)
    }
}
