//! What `verify` answers.

use std::borrow::Cow;
use std::error::Error;

use crate::{Secret, Timestamp};

/// Proof that the provider sent a delivery, kept beside it in the journal.
///
/// ```
/// use switchboard_core::{Secret, SecretRole, Timestamp, Verified};
///
/// const TOKEN: SecretRole = SecretRole::text("token", "Acme > Settings > Webhooks");
///
/// let secret = Secret::new("env ACME_TOKEN", TOKEN, "a-token-of-acme")?;
/// let signed_at = Timestamp::from_seconds(1_764_000_000).expect("in range");
/// let verified = Verified::new("jwt-rs256").by(&secret).at(signed_at).account("acme-inc");
///
/// assert_eq!(verified.secret.as_deref(), Some("env ACME_TOKEN"));
/// assert_eq!(verified.account.as_deref(), Some("acme-inc"));
/// assert_eq!(Verified::unsigned().scheme, "unsigned");
/// # Ok::<(), switchboard_core::SecretError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// How it was proven, for example `hmac-sha1`; the event's `authscheme`.
    pub scheme: Cow<'static, str>,
    /// The label of the secret that matched: tells when an old one is out of use.
    pub secret: Option<String>,
    /// The signed time, where the scheme signs one.
    pub signed_at: Option<Timestamp>,
    /// The provider's account, where the proof names one.
    pub account: Option<String>,
}

impl Verified {
    /// Proven by `scheme`.
    pub fn new(scheme: impl Into<Cow<'static, str>>) -> Self {
        Self {
            scheme: scheme.into(),
            secret: None,
            signed_at: None,
            account: None,
        }
    }

    /// Not proven at all: the operator said `unsigned = true`, or named it among what comes unsigned,
    /// and a path token stands guard.
    pub fn unsigned() -> Self {
        Self::new("unsigned")
    }

    /// The same proof, by `secret`.
    #[must_use]
    pub fn by(mut self, secret: &Secret) -> Self {
        self.secret = Some(secret.label().to_owned());
        self
    }

    /// The same proof, signed at `signed_at`.
    #[must_use]
    pub fn at(mut self, signed_at: Timestamp) -> Self {
        self.signed_at = Some(signed_at);
        self
    }

    /// The same proof, for `account`.
    #[must_use]
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into());
        self
    }
}

/// Why nobody can say that the provider sent a delivery.
///
/// The caller hears none of it: every variant but `Unavailable` is refused alike.
///
/// ```
/// use switchboard_core::VerifyError;
///
/// /// What a library says of a bearer token.
/// enum Token {
///     Genuine { is_of_sandbox: bool, expired: i64 },
///     Forged,
///     Unreadable,
///     NoKeys(std::io::Error),
/// }
///
/// fn judge(token: Token) -> Result<(), VerifyError> {
///     match token {
///         Token::Genuine { is_of_sandbox: true, .. } => {
///             Err(VerifyError::looks_like("the token is that of a sandbox"))
///         }
///         Token::Genuine { expired, .. } if expired > 0 => Err(VerifyError::stale(expired)),
///         Token::Genuine { .. } => Ok(()),
///         Token::Forged => Err(VerifyError::mismatch()),
///         Token::Unreadable => Err(VerifyError::missing("authorization")),
///         Token::NoKeys(error) => Err(VerifyError::unavailable(error)),
///     }
/// }
///
/// let old = judge(Token::Genuine { is_of_sandbox: false, expired: 60 }).unwrap_err();
/// assert_eq!(old.to_string(), "signed 60 s outside the tolerance");
///
/// let odd = judge(Token::Genuine { is_of_sandbox: true, expired: 0 }).unwrap_err();
/// assert_eq!(odd.diagnosis(), Some("the token is that of a sandbox"));
/// assert_eq!(judge(Token::Forged).unwrap_err().diagnosis(), None);
///
/// let header = judge(Token::Unreadable).unwrap_err();
/// assert!(matches!(header, VerifyError::Missing(name) if name == "authorization"));
/// let keys = judge(Token::NoKeys(std::io::ErrorKind::TimedOut.into())).unwrap_err();
/// assert!(matches!(keys, VerifyError::Unavailable(_)));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A header the scheme needs is absent, repeated or malformed.
    #[error("header `{0}` is missing, repeated or malformed")]
    Missing(Cow<'static, str>),
    /// The signature does not match.
    #[error("signature mismatch")]
    Mismatch {
        /// What it looks like, for the operator alone: "the signature was computed over the body alone".
        diagnosis: Option<&'static str>,
    },
    /// The signature is genuine, and too old or too far ahead by this many seconds.
    #[error("signed {0} s outside the tolerance")]
    Stale(i64),
    /// The key could not be had: nobody knows yet. The bytes are kept and verified again.
    #[error("signing key unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl VerifyError {
    /// `name` is absent, repeated or malformed.
    pub fn missing(name: &str) -> Self {
        Self::Missing(Cow::Owned(name.to_owned()))
    }

    /// The signature does not match, and nobody knows why.
    pub const fn mismatch() -> Self {
        Self::Mismatch { diagnosis: None }
    }

    /// The signature does not match, and `diagnosis` says what it looks like.
    pub const fn looks_like(diagnosis: &'static str) -> Self {
        Self::Mismatch {
            diagnosis: Some(diagnosis),
        }
    }

    /// The signed time is `seconds` outside the tolerance.
    pub const fn stale(seconds: i64) -> Self {
        Self::Stale(seconds)
    }

    /// The key could not be had, because of `source`.
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }

    /// What the operator should look at first, where the failure tells.
    pub fn diagnosis(&self) -> Option<&'static str> {
        match self {
            Self::Mismatch { diagnosis } => *diagnosis,
            _ => None,
        }
    }
}
