//! Signature schemes as data: most adapters' `verify` is one [`HmacScheme`].

mod algorithm;
mod diagnosis;
mod options;
mod template;
mod timestamp;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod vectors;

use std::borrow::Cow;

use http::{HeaderName, HeaderValue};

use self::algorithm::{Algorithm, Encoding, Signatures};
use self::timestamp::TimestampHeader;
pub use self::timestamp::Unit;
use crate::{Delivery, Endpoint, SecretRole, Timestamp, Verified, VerifyError};

/// An HMAC in a header: what it is computed over, with what, and how it is written.
///
/// An adapter declares it as a `static`; what is not said is hex of the HMAC of the body. It is
/// [`Copy`], so one with options of its own can start from that.
///
/// ```
/// use switchboard_core::{HmacScheme, SecretRole, Unit};
///
/// const SECRET: SecretRole = SecretRole::text("secret", "Acme > Settings > Webhooks");
///
/// static SIGNATURE: HmacScheme = HmacScheme::sha256(SECRET, "x-acme-signature")
///     .prefix("v0=")
///     .signs("v0:{timestamp}:{body}")
///     .timestamp("x-acme-timestamp", Unit::Seconds, 300);
/// ```
///
/// A misspelt placeholder does not compile:
///
/// ```compile_fail,E0080
/// # use switchboard_core::{HmacScheme, SecretRole};
/// # const SECRET: SecretRole = SecretRole::text("secret", "Acme > Settings > Webhooks");
/// static SIGNATURE: HmacScheme =
///     HmacScheme::sha256(SECRET, "x-acme-signature").signs("{timestmap}.{body}");
/// ```
///
/// `HmacScheme<String>` is read from the configuration with the same knobs.
#[derive(Clone, Copy, Debug)]
pub struct HmacScheme<S = &'static str> {
    algorithm: Algorithm,
    role: SecretRole,
    header: S,
    encoding: Encoding,
    prefix: S,
    separator: Option<char>,
    or_trimmed: bool,
    signs: S,
    timestamp: Option<TimestampHeader<S>>,
}

impl HmacScheme {
    /// Hex of the HMAC-SHA1 of the body, in `header`, by a secret of `role`.
    pub const fn sha1(role: SecretRole, header: &'static str) -> Self {
        Self::new(Algorithm::Sha1, role, header)
    }

    /// Hex of the HMAC-SHA256 of the body, in `header`, by a secret of `role`.
    pub const fn sha256(role: SecretRole, header: &'static str) -> Self {
        Self::new(Algorithm::Sha256, role, header)
    }

    /// Hex of the HMAC-SHA512 of the body, in `header`, by a secret of `role`.
    pub const fn sha512(role: SecretRole, header: &'static str) -> Self {
        Self::new(Algorithm::Sha512, role, header)
    }

    const fn new(algorithm: Algorithm, role: SecretRole, header: &'static str) -> Self {
        Self {
            algorithm,
            role,
            header,
            encoding: Encoding::Hex,
            prefix: "",
            separator: None,
            or_trimmed: false,
            signs: template::BODY,
            timestamp: None,
        }
    }

    /// Written as base64, not hex.
    #[must_use]
    pub const fn base64(mut self) -> Self {
        self.encoding = Encoding::Base64;
        self
    }

    /// Behind `prefix`, for example `sha256=`. A signature without it does not count.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// A list of signatures, each behind the prefix; one that matches is enough.
    #[must_use]
    pub const fn separator(mut self, separator: char) -> Self {
        self.separator = Some(separator);
        self
    }

    /// Of the body as it came or, if that does not match, of the body without the line ends around
    /// it. Whoever repeats such a delivery can add line ends, so no key may be made of its bytes.
    #[must_use]
    pub const fn or_trimmed(mut self) -> Self {
        self.or_trimmed = true;
        self
    }

    /// Of `template`, in which `{body}`, `{timestamp}`, `{method}`, `{url}` and `{header:NAME}` are
    /// replaced by what the delivery has there. `{timestamp}` is the header that
    /// [`timestamp`](Self::timestamp) names, as it is written.
    ///
    /// # Panics
    ///
    /// At compile time in a `static`: on another placeholder, or without `{body}`.
    #[must_use]
    pub const fn signs(mut self, template: &'static str) -> Self {
        if let Some(flaw) = template::flaw(template) {
            panic!("{}", flaw);
        }
        self.signs = template;
        self
    }

    /// Signed at the time that `header` tells in `unit`, which may be `tolerance_seconds` away from
    /// ours, both ways and inclusive.
    #[must_use]
    pub const fn timestamp(
        mut self,
        header: &'static str,
        unit: Unit,
        tolerance_seconds: u64,
    ) -> Self {
        self.timestamp = Some(TimestampHeader {
            header,
            unit,
            tolerance_seconds,
        });
        self
    }
}

impl<S: AsRef<str>> HmacScheme<S> {
    /// Proves that somebody who has one of the role's secrets signed `delivery`.
    ///
    /// # Errors
    ///
    /// `Missing` when a header is absent, repeated or malformed, `Mismatch` when the signature is
    /// not one, with a diagnosis where the mistake can be told; `Stale` when it is genuine and its
    /// time is too far away; `Unavailable` when there is no secret.
    pub fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        let body = &*delivery.body;
        let trimmed = without_line_ends(body);
        let is_second = self.or_trimmed && trimmed.len() < body.len();
        let messages = [Some(body), is_second.then_some(trimmed)]
            .into_iter()
            .flatten()
            .map(|body| self.message_of(delivery, body))
            .collect::<Result<Vec<_>, _>>()?;

        self.verify_any(delivery, endpoint, messages)
            .map_err(|error| match error {
                VerifyError::Mismatch { .. } => {
                    diagnosis::of(self, delivery, endpoint).map_or(error, VerifyError::looks_like)
                }
                error => error,
            })
    }

    /// The same for a provider whose message is no template: one of `messages` was signed.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify), without a diagnosis.
    pub fn verify_any<M: AsRef<[u8]>>(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
        messages: impl IntoIterator<Item = M>,
    ) -> Result<Verified, VerifyError> {
        let signatures = self.signatures(delivery.required_header(self.header.as_ref())?);
        let secrets = endpoint.secrets(self.role)?;
        let secret = messages
            .into_iter()
            .find_map(|message| {
                secrets.iter().find(|secret| {
                    signatures.contain(&self.algorithm.tag(secret.expose(), message.as_ref()))
                })
            })
            .ok_or(VerifyError::mismatch())?;
        let verified = Verified::new(self.algorithm.scheme()).by(secret);

        // Only now: that a forged delivery is also old is nothing to know about.
        Ok(match self.signed_at(delivery, endpoint)? {
            None => verified,
            Some(signed_at) => verified.at(signed_at),
        })
    }

    /// What is signed, for a provider that also signs it in another way.
    ///
    /// # Errors
    ///
    /// `Missing` when a signed header is absent, repeated or malformed.
    pub fn message<'a>(&self, delivery: &'a Delivery) -> Result<Cow<'a, [u8]>, VerifyError> {
        self.message_of(delivery, &delivery.body)
    }

    /// The signed time, if the scheme has one, for a provider that also signs it in another way. To
    /// be asked once the signature has been found to be right.
    ///
    /// # Errors
    ///
    /// `Missing` when it is absent, repeated or malformed, `Stale` when it is too far away.
    pub fn signed_at(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Option<Timestamp>, VerifyError> {
        let check = |timestamp: &TimestampHeader<S>| timestamp.check(delivery, endpoint.now());
        self.timestamp.as_ref().map(check).transpose()
    }

    /// The role of its secrets.
    pub fn role(&self) -> SecretRole {
        self.role
    }

    /// Signs `delivery` as the provider would, now and by the role's first secret. Signature and
    /// time that are there are replaced; `None` when there is no secret or a signed header is absent.
    pub fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        let mut delivery = delivery.clone();
        if let Some(timestamp) = &self.timestamp {
            let stamp = timestamp.stamp(endpoint.now());
            set(&mut delivery, timestamp.header.as_ref(), &stamp)?;
        }
        let message = self.message(&delivery).ok()?;
        self.sign_message(&delivery, endpoint, &message)
    }

    /// The same for a provider whose message is no template. Sets the signature alone.
    pub fn sign_message(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
        message: &[u8],
    ) -> Option<Delivery> {
        let mut delivery = delivery.clone();
        let signature = self.signature_of(message, endpoint)?;
        set(&mut delivery, self.header.as_ref(), &signature)?;
        Some(delivery)
    }

    /// The signature of `message` by the role's first secret, prefix included, as some handshakes
    /// ask for it.
    pub fn signature_of(&self, message: &[u8], endpoint: &Endpoint) -> Option<String> {
        let secret = endpoint.secrets(self.role).ok()?.first()?;
        let tag = self.algorithm.tag(secret.expose(), message);
        Some([self.prefix.as_ref(), &self.encoding.encode(&tag)].concat())
    }

    /// What is signed, were `body` the body of `delivery`. Borrowed where it is the body alone, as
    /// bodies can be large.
    fn message_of<'a>(
        &self,
        delivery: &Delivery,
        body: &'a [u8],
    ) -> Result<Cow<'a, [u8]>, VerifyError> {
        let template = self.signs.as_ref();
        let signs_timestamp = template::contains(template, template::TIMESTAMP);
        let timestamp_header = self.timestamp.as_ref().map(|time| time.header.as_ref());
        if timestamp_header.is_some() && !signs_timestamp {
            return Err(VerifyError::unavailable(
                "the scheme has a timestamp that it does not sign",
            ));
        }
        if template == template::BODY {
            return Ok(Cow::Borrowed(body));
        }
        template::render(template, delivery, body, timestamp_header).map(Cow::Owned)
    }

    /// The signatures in the header's value.
    fn signatures(&self, header: &str) -> Signatures {
        let read = |text: &str| {
            let encoded = text.strip_prefix(self.prefix.as_ref())?;
            self.encoding.decode(encoded)
        };
        Signatures(match self.separator {
            None => read(header).into_iter().collect(),
            Some(separator) => header.split(separator).filter_map(read).collect(),
        })
    }
}

fn set(delivery: &mut Delivery, name: &str, value: &str) -> Option<()> {
    let name = HeaderName::try_from(name).ok()?;
    delivery
        .headers
        .insert(name, HeaderValue::try_from(value).ok()?);
    Some(())
}

fn without_line_ends(mut body: &[u8]) -> &[u8] {
    while let [b'\r' | b'\n', rest @ ..] | [rest @ .., b'\r' | b'\n'] = body {
        body = rest;
    }
    body
}
