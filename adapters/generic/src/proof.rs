//! How a delivery is proven: a signature, or a token that its sender was given.

use serde::Deserialize;
use switchboard_core::{Delivery, Endpoint, HmacScheme, Misfit, SecretRole, Verified, VerifyError};

use crate::secrets::SECRET;
use crate::token::{self, HeaderField};

/// How a delivery is proven.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Proof {
    /// An HMAC in a header.
    Hmac(Box<HmacScheme<String>>),
    /// `Authorization: Basic`, RFC 7617; the secret is `user:password`.
    Basic,
    /// `Authorization: Bearer`, RFC 6750.
    Bearer,
    /// A header whose whole value is the secret.
    Header(HeaderField),
    /// A pair of the URL's query whose value is the secret.
    Query(String),
}

impl Proof {
    /// What its secrets are for.
    pub(crate) fn role(&self) -> SecretRole {
        match self {
            Self::Hmac(scheme) => scheme.role(),
            _ => SECRET,
        }
    }

    /// The name of the pair of the query that is a secret.
    pub(crate) fn in_query(&self) -> Option<&str> {
        match self {
            Self::Query(name) => Some(name),
            _ => None,
        }
    }

    /// Whether a sender could ever present the endpoint's secrets.
    pub(crate) fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit> {
        for secret in endpoint.secrets(self.role()).unwrap_or_default() {
            let key = secret.expose();
            let flaw = match self {
                Self::Basic if !key.contains(&b':') => "is no `user:password`",
                Self::Bearer | Self::Header(_) if !token::fits_a_header(key) => {
                    "cannot stand in a header"
                }
                _ => continue,
            };
            return Err(Misfit::new(format!(
                "{}: the secret {flaw}",
                secret.label()
            )));
        }
        Ok(())
    }

    /// Proves that the sender knows one of the secrets.
    pub(crate) fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        match self {
            Self::Hmac(scheme) => scheme.verify(delivery, endpoint),
            Self::Basic => token::basic(delivery, endpoint),
            Self::Bearer => token::bearer(delivery, endpoint),
            Self::Header(field) => {
                let presented = delivery.required_header(field.name())?;
                endpoint.matching(SECRET, presented.as_bytes())
            }
            Self::Query(name) => token::query(name, delivery, endpoint),
        }
    }

    /// The delivery, proven by the first secret.
    pub(crate) fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        if let Self::Hmac(scheme) = self {
            return scheme.sign(delivery, endpoint);
        }
        let secret = endpoint.secrets(SECRET).ok()?.first()?.expose();
        match self {
            Self::Hmac(_) => None,
            Self::Basic => token::with_basic(delivery, secret),
            Self::Bearer => token::with_bearer(delivery, secret),
            Self::Header(field) => {
                token::with_header(delivery, field.name(), str::from_utf8(secret).ok()?)
            }
            Self::Query(name) => token::with_query(delivery, name, str::from_utf8(secret).ok()?),
        }
    }
}
