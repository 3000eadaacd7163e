//! What an adapter may know of the configured line it serves.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::clock::FixedClock;
use crate::{Clock, Secret, SecretRole, SystemClock, Timestamp, Verified, VerifyError};

/// One configured line, as its adapter sees it: who it is, its secrets, what else guards it, the
/// time, fetched keys.
///
/// An adapter asks it within `verify`; a test makes one whose clock stands still:
///
/// ```
/// use switchboard_core::{Delivery, Endpoint, Secret, SecretRole, Verified, VerifyError};
///
/// const TOKEN: SecretRole = SecretRole::text("token", "Acme > Settings > Webhooks");
///
/// fn verify(delivery: &Delivery, endpoint: &Endpoint) -> Result<Verified, VerifyError> {
///     if endpoint.is_unsigned() {
///         return Ok(Verified::unsigned());
///     }
///     let token = delivery.required_header("x-acme-token")?;
///     endpoint.matching(TOKEN, token.as_bytes())
/// }
///
/// let delivery = Delivery::post("{}").with("x-acme-token", "the-new-one");
///
/// // While one secret takes the other's place, both are valid.
/// let endpoint = Endpoint::fixed(1_764_000_000)
///     .with_secret_text(TOKEN, "the-old-one")
///     .with_secret(TOKEN, Secret::new("env ACME_TOKEN", TOKEN, "the-new-one")?);
/// assert_eq!(endpoint.secrets(TOKEN)?.len(), 2);
/// assert_eq!(verify(&delivery, &endpoint)?.secret.as_deref(), Some("env ACME_TOKEN"));
/// assert_eq!((endpoint.id(), endpoint.now().as_seconds()), ("test", 1_764_000_000));
///
/// // An endpoint without a secret is a mistake, and no forgery.
/// let bare = Endpoint::new("support");
/// assert!(matches!(verify(&delivery, &bare), Err(VerifyError::Unavailable(_))));
///
/// let by_path_token = Endpoint::new("support").unsigned();
/// assert!(by_path_token.is_guarded());
/// assert_eq!(verify(&delivery, &by_path_token)?, Verified::unsigned());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Endpoint {
    id: String,
    is_guarded: bool,
    is_unsigned: bool,
    secrets: BTreeMap<&'static str, Vec<Secret>>,
    clock: Arc<dyn Clock>,
    documents: Arc<dyn Documents>,
}

impl Endpoint {
    /// An endpoint by the wall clock, without secrets and with nothing to fetch.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            is_guarded: false,
            is_unsigned: false,
            secrets: BTreeMap::new(),
            clock: Arc::new(SystemClock),
            documents: Arc::new(Canned::default()),
        }
    }

    /// An endpoint whose clock stands still at `unix` seconds, for tests.
    ///
    /// # Panics
    ///
    /// When `unix` is outside the years -9999 to 9999.
    pub fn fixed(unix: i64) -> Self {
        let now = Timestamp::from_seconds(unix).expect("a test's time is in range");
        Self::new("test").with_clock(Arc::new(FixedClock(now)))
    }

    /// The same endpoint by another [`Clock`].
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The same endpoint, which fetches from these [`Documents`].
    #[must_use]
    pub fn with_documents(mut self, documents: Arc<dyn Documents>) -> Self {
        self.documents = documents;
        self
    }

    /// The same endpoint with one more secret of `role`; the ones that are there stay valid.
    #[must_use]
    pub fn with_secret(mut self, role: SecretRole, secret: Secret) -> Self {
        self.secrets.entry(role.name).or_default().push(secret);
        self
    }

    /// The same endpoint with `text` as one more secret of `role`, for tests.
    ///
    /// # Panics
    ///
    /// When `text` is no secret of that role.
    #[must_use]
    pub fn with_secret_text(self, role: SecretRole, text: &str) -> Self {
        let secret = Secret::new("test", role, text).expect("a test's secret fits its role");
        self.with_secret(role, secret)
    }

    /// The same endpoint, for which `url` holds `document`, for tests.
    #[must_use]
    pub fn with_document(self, url: &str, document: impl Into<Bytes>) -> Self {
        let canned = BTreeMap::from([(url.to_owned(), document.into())]);
        self.with_documents(Arc::new(Canned(canned)))
    }

    /// The same endpoint, before which the host checks a path token.
    ///
    /// ```
    /// use switchboard_core::Endpoint;
    ///
    /// let endpoint = Endpoint::new("support").guarded();
    /// assert!(endpoint.is_guarded() && !endpoint.is_unsigned());
    /// ```
    #[must_use]
    pub fn guarded(mut self) -> Self {
        self.is_guarded = true;
        self
    }

    /// The same endpoint, taken unsigned: its operator said `unsigned = true`, so that it has a path
    /// token and is [guarded](Self::guarded).
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.is_unsigned = true;
        self.guarded()
    }

    /// Its name in the configuration.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the host has checked a path token before the adapter is asked. Alone, that is no
    /// reason to believe what the provider signs elsewhere: the operator has to say so.
    pub fn is_guarded(&self) -> bool {
        self.is_guarded
    }

    /// Whether the operator takes deliveries unsigned. Only those of adapters whose descriptor says
    /// [`unsigned`](crate::Descriptor::unsigned) or [`or_unsigned`](crate::Descriptor::or_unsigned)
    /// are.
    pub fn is_unsigned(&self) -> bool {
        self.is_unsigned
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Every valid secret of `role`, never none.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Unavailable`] when there is none: a mistake of ours must not look like a
    /// forgery.
    pub fn secrets(&self, role: SecretRole) -> Result<&[Secret], VerifyError> {
        self.secrets
            .get(role.name)
            .map(Vec::as_slice)
            .ok_or_else(|| VerifyError::unavailable(format!("no secret `{}` is set", role.name)))
    }

    /// Proof by a shared token: `presented` is one of the secrets of `role`.
    ///
    /// # Errors
    ///
    /// `Mismatch` when it is none of them, `Unavailable` when there are none.
    pub fn matching(&self, role: SecretRole, presented: &[u8]) -> Result<Verified, VerifyError> {
        // Every secret is tried, so that the time does not tell which one matched.
        let matched = self.secrets(role)?.iter().fold(None, |matched, secret| {
            if secret.matches(presented) {
                Some(secret)
            } else {
                matched
            }
        });
        matched
            .map(|secret| Verified::new("token").by(secret))
            .ok_or(VerifyError::mismatch())
    }

    /// The document at `url`, for example a key set; cached. With `stale`, one newer than that.
    ///
    /// A dropped call leaves nothing behind.
    ///
    /// ```
    /// use switchboard_core::Endpoint;
    ///
    /// const KEYS: &str = "https://acme.example/keys.json";
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let endpoint = Endpoint::fixed(0).with_document(KEYS, r#"{"k-1":"MCowBQYDK2VwAyEA"}"#);
    /// let keys = endpoint.document(KEYS, None).await?;
    /// assert!(keys.starts_with(b"{\"k-1\""));
    ///
    /// // Signed by a key that is not among them: perhaps there is a newer one.
    /// let newer = endpoint.document(KEYS, Some(&keys)).await?;
    /// assert_eq!(newer, keys);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Unavailable` when it cannot be had.
    pub async fn document(&self, url: &str, stale: Option<&Bytes>) -> Result<Bytes, VerifyError> {
        self.documents.document(url, stale).await
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Fetches what some schemes need to verify: key sets and certificates.
///
/// It is asked while a provider waits, so it keeps what it fetched, bounds what a fetch may take in
/// time and bytes, and does not fetch again for every forger who names a key that is not there. A
/// gateway has one that does (`HttpDocuments` in `switchboard-sinks`), and a test a
/// [canned](Endpoint::with_document) one.
///
/// ```
/// use std::sync::Arc;
///
/// use async_trait::async_trait;
/// use bytes::Bytes;
/// use switchboard_core::{Documents, Endpoint, VerifyError};
///
/// const KEYS: &str = "https://acme.example/keys.json";
///
/// /// A provider that changes its keys, for a test of whether an adapter asks again.
/// #[derive(Debug)]
/// struct Changing;
///
/// #[async_trait]
/// impl Documents for Changing {
///     async fn document(&self, url: &str, stale: Option<&Bytes>) -> Result<Bytes, VerifyError> {
///         match (url, stale) {
///             (KEYS, None) => Ok(Bytes::from_static(b"the old keys")),
///             (KEYS, Some(_)) => Ok(Bytes::from_static(b"the new keys")),
///             _ => Err(VerifyError::unavailable(format!("nothing is at {url}"))),
///         }
///     }
/// }
///
/// let endpoint = Endpoint::fixed(0).with_documents(Arc::new(Changing));
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let keys = endpoint.document(KEYS, None).await?;
/// assert_eq!(endpoint.document(KEYS, Some(&keys)).await?, "the new keys");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[async_trait]
pub trait Documents: fmt::Debug + Send + Sync + 'static {
    /// The document at `url`; when `stale` is given, one that differs from it if there is one yet.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Unavailable`] when it cannot be had.
    async fn document(&self, url: &str, stale: Option<&Bytes>) -> Result<Bytes, VerifyError>;
}

/// Documents that were there from the start.
#[derive(Debug, Default)]
struct Canned(BTreeMap<String, Bytes>);

#[async_trait]
impl Documents for Canned {
    async fn document(&self, url: &str, _stale: Option<&Bytes>) -> Result<Bytes, VerifyError> {
        let found = self.0.get(url).cloned();
        found.ok_or_else(|| VerifyError::unavailable("the document cannot be fetched"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unsigned_endpoint_is_guarded_and_a_guarded_one_may_be_signed() {
        let facts = |it: Endpoint| (it.is_guarded(), it.is_unsigned());

        assert_eq!(facts(Endpoint::fixed(0)), (false, false));
        assert_eq!(facts(Endpoint::fixed(0).guarded()), (true, false));
        assert_eq!(facts(Endpoint::fixed(0).unsigned()), (true, true));
    }
}
