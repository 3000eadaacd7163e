//! Secrets, and the roles an adapter has for them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// What a secret is for, declared once as a `const` by the adapter that uses it.
///
/// ```
/// use switchboard_core::{Secret, SecretRole};
///
/// /// Any text, as it is.
/// const TOKEN: SecretRole = SecretRole::text("token", "Acme > Settings > Webhooks");
///
/// /// Written as `whsec_`, then base64. An endpoint may have the token in its place.
/// const SIGNING: SecretRole = SecretRole::base64("signing_secret", "Acme > Settings > Signatures")
///     .prefix("whsec_")
///     .optional();
///
/// assert_eq!(Secret::new("test", TOKEN, "YWNtZQ==")?.expose(), b"YWNtZQ==");
/// assert_eq!(Secret::new("test", SIGNING, "whsec_YWNtZQ==")?.expose(), b"acme");
/// # Ok::<(), switchboard_core::SecretError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SecretRole {
    /// The key in the configuration.
    pub name: &'static str,
    /// Where the operator finds it, in a few words.
    pub about: &'static str,
    /// What every secret of this role begins with, for example `whsec_`; not part of the key.
    pub prefix: &'static str,
    /// How the key is written in the text.
    pub encoding: KeyEncoding,
    /// Whether an endpoint that has a secret of another role may do without.
    pub is_optional: bool,
}

impl SecretRole {
    /// A secret whose bytes are the text's.
    pub const fn text(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, KeyEncoding::Text)
    }

    /// A secret whose bytes are what the text decodes to from base64.
    pub const fn base64(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, KeyEncoding::Base64)
    }

    /// A secret whose bytes are what the text decodes to from hex, in either case.
    ///
    /// ```
    /// use switchboard_core::{KeyEncoding, Secret, SecretRole};
    ///
    /// const KEY: SecretRole = SecretRole::hex("hmac_key", "Acme > Developers > Webhooks");
    /// assert_eq!(KEY.encoding, KeyEncoding::Hex);
    /// assert_eq!(Secret::new("test", KEY, "61636D65")?.expose(), b"acme");
    /// assert!(Secret::new("test", KEY, "acme").is_err());
    /// # Ok::<(), switchboard_core::SecretError>(())
    /// ```
    pub const fn hex(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, KeyEncoding::Hex)
    }

    const fn new(name: &'static str, about: &'static str, encoding: KeyEncoding) -> Self {
        Self {
            name,
            about,
            prefix: "",
            encoding,
            is_optional: false,
        }
    }

    /// The same role, whose secrets begin with `prefix`.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// The same role, which an endpoint may be without. It still needs a secret of some role, and
    /// the adapter says which by [`check`](crate::ProviderAdapter::check).
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }
}

/// How a key is written in the text of a secret: see [`SecretRole::hex`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum KeyEncoding {
    /// It is the text's bytes.
    Text,
    /// Base64, with its padding.
    Base64,
    /// Hex, in either case.
    Hex,
}

/// One secret: never empty, wiped when dropped, never shown.
///
/// ```
/// use switchboard_core::{Secret, SecretRole};
///
/// const TOKEN: SecretRole = SecretRole::text("token", "Acme > Settings > Webhooks");
///
/// let secret = Secret::new("env ACME_TOKEN", TOKEN, "a-token-of-acme")?;
/// assert!(secret.matches(b"a-token-of-acme"));
/// assert_eq!(secret.expose().len(), 15);
/// assert_eq!(secret.label(), "env ACME_TOKEN");
/// assert_eq!(format!("{secret:?}"), r#"Secret { label: "env ACME_TOKEN", .. }"#);
/// # Ok::<(), switchboard_core::SecretError>(())
/// ```
#[derive(Clone)]
pub struct Secret {
    label: String,
    key: Zeroizing<Vec<u8>>,
}

impl Secret {
    /// Reads `text` as a secret of `role`. `label` says where it came from and is shown to operators.
    ///
    /// # Errors
    ///
    /// When it is blank, lacks the role's prefix, or is not the base64 or hex that the role asks for.
    pub fn new(
        label: impl Into<String>,
        role: SecretRole,
        text: &str,
    ) -> Result<Self, SecretError> {
        if text.trim().is_empty() {
            return Err(SecretError::Empty);
        }
        let encoded = text
            .strip_prefix(role.prefix)
            .ok_or(SecretError::Prefix(role.prefix))?;
        let key = match role.encoding {
            KeyEncoding::Text => encoded.as_bytes().to_vec(),
            KeyEncoding::Base64 => STANDARD
                .decode(encoded)
                .map_err(|_| SecretError::NotBase64)?,
            KeyEncoding::Hex => hex::decode(encoded).map_err(|_| SecretError::NotHex)?,
        };
        if key.is_empty() {
            return Err(SecretError::Empty);
        }
        Ok(Self {
            label: label.into(),
            key: Zeroizing::new(key),
        })
    }

    /// Where it came from, for example `env KOMMO_CHANNEL_SECRET`.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The key's bytes, for a MAC and nothing else.
    pub fn expose(&self) -> &[u8] {
        &self.key
    }

    /// Whether `presented` is this secret, in time that depends on neither.
    pub fn matches(&self, presented: &[u8]) -> bool {
        Sha256::digest(&*self.key)
            .ct_eq(&Sha256::digest(presented))
            .into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

/// Why a text is no secret of its role.
///
/// ```
/// use switchboard_core::{Secret, SecretError, SecretRole};
///
/// const SIGNING: SecretRole = SecretRole::base64("signing_secret", "Acme > Settings > Signatures")
///     .prefix("whsec_");
///
/// let wrong = |text| Secret::new("test", SIGNING, text).unwrap_err();
/// assert_eq!(wrong(" \n"), SecretError::Empty);
/// assert_eq!(wrong("YWNtZQ=="), SecretError::Prefix("whsec_"));
/// assert_eq!(wrong("whsec_acme!"), SecretError::NotBase64);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Nothing but white space, or nothing behind the prefix.
    #[error("the secret is empty")]
    Empty,
    /// It does not begin as every secret of its role does.
    #[error("the secret does not begin with `{0}`")]
    Prefix(&'static str),
    /// It does not decode.
    #[error("the secret is not base64")]
    NotBase64,
    /// It does not decode.
    #[error("the secret is not hex")]
    NotHex,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: SecretRole = SecretRole::text("secret", "anywhere");
    const SIGNING: SecretRole = SecretRole::base64("signing", "anywhere").prefix("whsec_");

    #[test]
    fn an_empty_secret_cannot_be_made() {
        for text in ["", " ", "\n"] {
            assert_eq!(
                Secret::new("test", TEXT, text).unwrap_err(),
                SecretError::Empty
            );
        }
        assert_eq!(
            Secret::new("test", SIGNING, "whsec_").unwrap_err(),
            SecretError::Empty
        );
    }

    #[test]
    fn prefix_and_base64_belong_to_the_role() {
        assert_eq!(
            Secret::new("test", SIGNING, "whsec_aGk=").unwrap().expose(),
            b"hi"
        );
        assert_eq!(
            Secret::new("test", SIGNING, "aGk=").unwrap_err(),
            SecretError::Prefix("whsec_")
        );
        assert_eq!(
            Secret::new("test", SIGNING, "whsec_%").unwrap_err(),
            SecretError::NotBase64
        );
    }

    #[test]
    fn hex_belongs_to_the_role_too() {
        const HEX: SecretRole = SecretRole::hex("hex", "anywhere");

        for text in ["00ff10ab", "00FF10AB"] {
            let secret = Secret::new("test", HEX, text).unwrap();
            assert_eq!(secret.expose(), b"\x00\xff\x10\xab", "{text}");
        }
        for text in ["0", "0g", " 00", "0x00"] {
            let error = Secret::new("test", HEX, text).unwrap_err();
            assert_eq!(error, SecretError::NotHex, "{text}");
        }
    }

    #[test]
    fn only_the_whole_secret_matches() {
        let secret = Secret::new("test", TEXT, "abcdef").unwrap();

        assert!(secret.matches(b"abcdef"));
        for wrong in [&b"abcde"[..], b"abcdefg", b"", b"ABCDEF"] {
            assert!(!secret.matches(wrong));
        }
    }

    #[test]
    fn debug_shows_the_label_alone() {
        let secret = Secret::new("env X", TEXT, "hunter2").unwrap();

        assert_eq!(format!("{secret:?}"), r#"Secret { label: "env X", .. }"#);
    }
}
