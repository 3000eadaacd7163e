//! Signature schemes as data: most adapters' `verify` is one [`HmacScheme`].

mod algorithm;
mod diagnosis;
mod items;
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
use self::items::Items;
pub use self::timestamp::Unit;
use self::timestamp::{SignedTime, TimePlace};
use crate::{Delivery, Endpoint, SecretRole, Timestamp, Verified, VerifyError};

/// An HMAC (RFC 2104) in a header: what it is computed over, with what, and how it is written.
///
/// An adapter declares it as a `static`; what is not said is hex of the HMAC of the body. It is
/// [`Copy`], so one with options of its own can start from that. Declared whole, it is the adapter's
/// `verify` and `sign`:
///
/// ```
/// use switchboard_core::{Delivery, Endpoint, HmacScheme, SecretRole, Unit, VerifyError};
///
/// const SECRET: SecretRole = SecretRole::text("secret", "Acme > Settings > Webhooks");
///
/// static SIGNATURE: HmacScheme = HmacScheme::sha256(SECRET, "x-acme-signature")
///     .prefix("v0=")
///     .signs("v0:{timestamp}:{body}")
///     .timestamp("x-acme-timestamp", Unit::Seconds, 300);
///
/// let endpoint = |now| Endpoint::fixed(now).with_secret_text(SECRET, "a-secret-of-acme");
/// let bare = Delivery::post(r#"{"text":"Hello"}"#);
/// let delivery = SIGNATURE.sign(&bare, &endpoint(1_764_000_000)).expect("it has a secret");
///
/// let verified = SIGNATURE.verify(&delivery, &endpoint(1_764_000_300))?;
/// assert_eq!(verified.scheme, "hmac-sha256");
/// assert_eq!(verified.signed_at.map(|at| at.as_seconds()), Some(1_764_000_000));
///
/// let late = SIGNATURE.verify(&delivery, &endpoint(1_764_000_301));
/// assert!(matches!(late, Err(VerifyError::Stale(1))));
/// # Ok::<(), VerifyError>(())
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
/// Time and signatures may stand in one header, `t=1764000000,v1=5257a8…`:
///
/// ```
/// # use switchboard_core::{HmacScheme, SecretRole, Unit};
/// # const SECRET: SecretRole = SecretRole::text("secret", "Acme > Settings > Webhooks");
/// static SIGNATURE: HmacScheme = HmacScheme::sha256(SECRET, "acme-signature")
///     .items(",", "=", "v1")
///     .signs("{timestamp}.{body}")
///     .timestamp_item("t", Unit::Seconds, 300);
/// ```
///
/// Signatures are written in other ways too. These are those of the Standard Webhooks specification
/// (spec/standard-webhooks.md, read 2026-11), and of a sender that puts a line end behind the body
/// when it has signed it:
///
/// ```
/// use switchboard_core::{Delivery, Endpoint, HmacScheme, SecretRole, Unit, VerifyError};
///
/// const KEY: SecretRole = SecretRole::base64("key", "Acme > Webhooks").prefix("whsec_");
///
/// static STANDARD: HmacScheme = HmacScheme::sha256(KEY, "webhook-signature")
///     .base64()
///     .prefix("v1,")
///     .separator(' ')
///     .signs("{header:webhook-id}.{timestamp}.{body}")
///     .timestamp("webhook-timestamp", Unit::Seconds, 300);
///
/// static LINE_END: HmacScheme = HmacScheme::sha512(KEY, "x-acme-hmac").or_trimmed();
///
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(KEY, "whsec_YWNtZQ==");
/// let bare = Delivery::post("{}").with("webhook-id", "msg_1");
///
/// let mut delivery = STANDARD.sign(&bare, &endpoint).expect("it has a secret");
/// let signature = delivery.required_header("webhook-signature")?;
/// let both = format!("v1,AAAA {signature}").parse().expect("it is ASCII");
/// delivery.headers.insert("webhook-signature", both);
/// assert!(STANDARD.verify(&delivery, &endpoint).is_ok());
///
/// let mut delivery = LINE_END.sign(&bare, &endpoint).expect("it has a secret");
/// delivery.body = "{}\r\n".into();
/// assert!(LINE_END.verify(&delivery, &endpoint).is_ok());
/// # Ok::<(), VerifyError>(())
/// ```
///
/// Where what is signed is no template, or is signed in another way as well, an adapter asks for the
/// parts:
///
/// ```
/// use switchboard_core::{Delivery, Endpoint, HmacScheme, SecretRole, VerifyError};
///
/// const TOKEN: SecretRole = SecretRole::text("auth_token", "Acme > Account");
///
/// static SIGNATURE: HmacScheme = HmacScheme::sha1(TOKEN, "x-acme-signature").base64();
///
/// /// The URL, and the form's names and values in the order of the names.
/// fn message(delivery: &Delivery) -> String {
///     let mut pairs: Vec<_> = delivery.form().collect();
///     pairs.sort();
///     let told = pairs.iter().map(|(name, value)| format!("{name}{value}"));
///     delivery.url.to_string() + &told.collect::<String>()
/// }
///
/// let endpoint = Endpoint::fixed(0).with_secret_text(TOKEN, "a-token-of-acme");
/// let delivery = Delivery::post("To=2&From=1").to("https://hooks.example.com/in/sms");
/// let signed = SIGNATURE
///     .sign_message(&delivery, &endpoint, message(&delivery).as_bytes())
///     .expect("it has a secret");
/// assert!(SIGNATURE.verify_any(&signed, &endpoint, [message(&signed)]).is_ok());
///
/// // A handshake that wants to see a text of its own signed.
/// let answer = SIGNATURE.signature_of(b"challenge-817", &endpoint);
/// assert_eq!(answer.map(|base64| base64.len()), Some(28));
///
/// // What a public key would have to have signed, by whom, and when.
/// assert_eq!(*SIGNATURE.message(&signed)?, *b"To=2&From=1");
/// assert_eq!(SIGNATURE.role(), TOKEN);
/// assert_eq!(SIGNATURE.signed_at(&signed, &endpoint)?, None);
/// # Ok::<(), VerifyError>(())
/// ```
///
/// `HmacScheme<String>` is read from the configuration with the same knobs. A flaw in it is found
/// when it is read:
///
/// ```
/// use serde_json::json;
/// use switchboard_core::{Delivery, Endpoint, HmacScheme};
///
/// let scheme: HmacScheme<String> = serde_json::from_value(json!({
///     "algorithm": "sha256",
///     "header": "x-acme-signature",
///     "secret": "base64",
///     "prefix": "v0=",
///     "signs": "v0:{timestamp}:{body}",
///     "timestamp": {"header": "x-acme-timestamp", "unit": "seconds", "tolerance_seconds": 300},
/// }))?;
/// let key = HmacScheme::<String>::BASE64_SECRET;
/// assert_eq!(scheme.role(), key);
///
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(key, "YWNtZQ==");
/// assert!(scheme.sign(&Delivery::post("{}"), &endpoint).is_some());
///
/// let options = json!({"algorithm": "sha256", "header": "x", "signs": "{timestmap}.{body}"});
/// assert!(serde_json::from_value::<HmacScheme<String>>(options).is_err());
///
/// let plain: HmacScheme<String> =
///     serde_json::from_value(json!({"algorithm": "sha1", "header": "x-acme-signature"}))?;
/// assert_eq!(plain.role(), HmacScheme::<String>::SECRET);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HmacScheme<S = &'static str> {
    algorithm: Algorithm,
    role: SecretRole,
    header: S,
    encoding: Encoding,
    prefix: S,
    separator: Option<char>,
    items: Option<Items<S>>,
    or_trimmed: bool,
    signs: S,
    timestamp: Option<SignedTime<S>>,
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
            items: None,
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

    /// In a header of named items with `separator` between them and `equals` behind their names,
    /// which `{name}{equals}{prefix}{signature}` is one of. Of several items called `signature`, one
    /// that matches is enough, and none matches where one of them cannot be decoded; items of other
    /// names count for nothing.
    #[must_use]
    pub const fn items(
        mut self,
        separator: &'static str,
        equals: &'static str,
        signature: &'static str,
    ) -> Self {
        self.items = Some(Items {
            separator,
            equals,
            signature,
        });
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
    /// replaced by what the delivery has there. `{timestamp}` is the header or
    /// the item that [`timestamp`](Self::timestamp) or [`timestamp_item`](Self::timestamp_item) names,
    /// as it is written.
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
        self.timestamp = Some(SignedTime {
            place: TimePlace::Header(header),
            unit,
            tolerance_seconds,
        });
        self
    }

    /// The same, where the time is the [item](Self::items) called `name` in the signature's header.
    /// It must be there once.
    #[must_use]
    pub const fn timestamp_item(
        mut self,
        name: &'static str,
        unit: Unit,
        tolerance_seconds: u64,
    ) -> Self {
        self.timestamp = Some(SignedTime {
            place: TimePlace::Item(name),
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
        let Some(timestamp) = &self.timestamp else {
            return Ok(None);
        };
        let header = match &timestamp.place {
            TimePlace::Header(header) => header,
            TimePlace::Item(_) => &self.header,
        };
        let text = timestamp.text(delivery, self.signed_items())?;
        timestamp
            .check(text, header.as_ref(), endpoint.now())
            .map(Some)
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
            let (header, value) = match (&timestamp.place, &self.items) {
                (TimePlace::Header(header), _) => (header, stamp),
                (TimePlace::Item(name), Some(items)) => {
                    (&self.header, items.write(&[(name.as_ref(), &stamp)]))
                }
                (TimePlace::Item(_), None) => return None,
            };
            set(&mut delivery, header.as_ref(), &value)?;
        }
        let message = self.message(&delivery).ok()?;
        self.sign_message(&delivery, endpoint, &message)
    }

    /// The same for a provider whose message is no template. Sets the signature alone: a time that is
    /// an item of its header stays. `None` when there is no secret.
    pub fn sign_message(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
        message: &[u8],
    ) -> Option<Delivery> {
        let mut delivery = delivery.clone();
        let signature = self.signature_of(message, endpoint)?;
        let header = self.header.as_ref();
        let value = match &self.items {
            None => signature,
            Some(items) => {
                let mut written = Vec::new();
                if let Some(timestamp) = &self.timestamp
                    && let TimePlace::Item(name) = &timestamp.place
                {
                    let time = timestamp.text(&delivery, self.signed_items()).ok()?;
                    written.push((name.as_ref(), time));
                }
                written.push((items.signature.as_ref(), &signature));
                items.write(&written)
            }
        };
        set(&mut delivery, header, &value)?;
        Some(delivery)
    }

    /// The signature of `message` by the role's first secret, prefix included, as some handshakes
    /// ask for it; `None` when there is no secret.
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
        if self.timestamp.is_some() && !signs_timestamp {
            return Err(VerifyError::unavailable(
                "the scheme has a timestamp that it does not sign",
            ));
        }
        if template == template::BODY {
            return Ok(Cow::Borrowed(body));
        }
        let timestamp = self.timestamp.as_ref();
        let timestamp = timestamp
            .map(|time| time.text(delivery, self.signed_items()))
            .transpose()?;
        template::render(template, delivery, body, timestamp).map(Cow::Owned)
    }

    /// The header that has the signature, and how its items are written, if it has any.
    fn signed_items(&self) -> (&str, Option<&Items<S>>) {
        (self.header.as_ref(), self.items.as_ref())
    }

    /// The signatures in the header's value.
    fn signatures(&self, header: &str) -> Signatures {
        let read = |text: &str| {
            let encoded = text.strip_prefix(self.prefix.as_ref())?;
            self.encoding.decode(encoded)
        };
        Signatures(match (&self.items, self.separator) {
            // Who names its signatures writes them all alike: with one that is none, something has
            // been at the header.
            (Some(items), _) => {
                let read: Option<_> = items.signatures(header).map(read).collect();
                read.unwrap_or_default()
            }
            (None, Some(separator)) => header.split(separator).filter_map(read).collect(),
            (None, None) => read(header).into_iter().collect(),
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
