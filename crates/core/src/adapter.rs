//! The contract: what an author writes, and what the rest of Switchboard holds.

use std::borrow::Cow;
use std::fmt::Debug;
use std::future::Future;

use async_trait::async_trait;

use crate::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, Preflight, Reply, Verified, VerifyError,
};

/// Teaches Switchboard one provider's webhook dialect.
///
/// The type itself holds the endpoint's options: it is read from the configuration with serde, once
/// for each endpoint. An adapter without options is
/// `#[derive(Debug, Deserialize)] #[serde(deny_unknown_fields)] struct Acme {}`.
///
/// # Contract
///
/// While the provider waits, the host calls `preflight` and `verify`, commits the delivery to the
/// journal, and answers with `reply`. Later, maybe days later, and again on every replay, the
/// pipeline calls `parse` and `normalize`. So those two are pure: no clock, no network, no state;
/// the same bytes always give the same drafts with the same keys. Whatever they do, the delivery
/// is already safe.
///
/// Every call is fenced against panics. In `preflight` and `verify` a panic counts as unavailable,
/// in `reply` it costs the custom body, in `parse` and `normalize` it leaves the delivery undecoded.
///
/// # Example
///
/// ```
/// use serde::Deserialize;
/// use switchboard_core::event::{Content, Direction, Message, Party, Role};
/// use switchboard_core::{
///     DedupKey, Delivery, Descriptor, Draft, Endpoint, HmacScheme, Kept, ParseError,
///     ProviderAdapter, SecretRole, Verified, VerifyError, register_adapter,
/// };
///
/// register_adapter!(Acme);
///
/// const SECRET: SecretRole = SecretRole::text("secret", "Acme > Settings > Webhooks");
/// static SIGNATURE: HmacScheme = HmacScheme::sha256(SECRET, "x-acme-signature");
///
/// #[derive(Debug, Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Acme {}
///
/// #[derive(Debug, Deserialize)]
/// struct Hook {
///     id: String,
///     text: String,
/// }
///
/// impl ProviderAdapter for Acme {
///     const DESCRIPTOR: Descriptor = Descriptor::new("acme", "Acme Chat").secrets(&[SECRET]);
///     type Payload = Kept<Hook>;
///
///     async fn verify(&self, delivery: &Delivery, endpoint: &Endpoint) -> Result<Verified, VerifyError> {
///         SIGNATURE.verify(delivery, endpoint)
///     }
///
///     fn parse(&self, delivery: &Delivery) -> Result<Kept<Hook>, ParseError> {
///         delivery.json()
///     }
///
///     fn normalize(&self, hook: Kept<Hook>) -> Vec<Draft> {
///         let Hook { id, text } = hook.value;
///         let key = DedupKey::provider([&id]);
///         let mut message = Message::new(Direction::Inbound, Party::new(Role::Contact));
///         message.message = Content { id: Some(id), text: Some(text), ..Content::default() };
///         vec![Draft::new(message.created(), key).rest(hook.rest)]
///     }
/// }
/// ```
pub trait ProviderAdapter: Debug + Send + Sync + 'static {
    /// What the host enforces and shows about this dialect.
    const DESCRIPTOR: Descriptor;

    /// The body in the provider's own words: only the fields that `normalize` reads.
    type Payload;

    /// Says whether the endpoint's secrets fit the options, once, when the configuration is read: an
    /// optional one that these options need, a key that is none. Default: they do.
    ///
    /// # Errors
    ///
    /// What does not fit, for the operator.
    fn check(&self, _endpoint: &Endpoint) -> Result<(), Misfit> {
        Ok(())
    }

    /// Fields that the endpoint's options keep out of events and out of what is shown, beside those of
    /// the descriptor. `parse` takes these out of the payload, and the tools out of the raw body.
    fn redact(&self) -> &[String] {
        &[]
    }

    /// Answers calls that carry no event and no signature, for example `GET ?hub.challenge=`.
    fn preflight(&self, _delivery: &Delivery, _endpoint: &Endpoint) -> Preflight {
        Preflight::Continue
    }

    /// Proves that the provider sent `delivery`. The only place that may wait. A dropped call must
    /// leave nothing behind.
    ///
    /// # Errors
    ///
    /// `Missing`, `Mismatch` and `Stale` are refused alike and quarantined. `Unavailable` says that
    /// nobody knows yet: the bytes are kept and verified again.
    fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> impl Future<Output = Result<Verified, VerifyError>> + Send;

    /// Signs `delivery` as the provider would. Never called for real traffic: `trigger`, `demo` and
    /// the conformance suite live on it. Default: nobody but the provider can, or needs to.
    fn sign(&self, _delivery: &Delivery, _endpoint: &Endpoint) -> Option<Delivery> {
        None
    }

    /// What the provider wants to hear once its delivery is safe. Signed handshakes are answered
    /// here too: they are deliveries that normalise to nothing. A panic costs only the custom body.
    fn reply(&self, _delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        Reply::ok()
    }

    /// Reads the bytes into the provider's own types.
    ///
    /// # Errors
    ///
    /// Leaves the delivery undecoded, to be parsed again by a better adapter.
    fn parse(&self, delivery: &Delivery) -> Result<Self::Payload, ParseError>;

    /// Says in our words what happened. Total: what has no event of its own is a
    /// [`Draft::unknown`], and nothing at all is fine (a ping).
    fn normalize(&self, payload: Self::Payload) -> Vec<Draft>;
}

/// Why an endpoint's secrets do not fit its adapter's options. Quotes no secret.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Misfit(Cow<'static, str>);

impl Misfit {
    /// For this reason, which must quote no secret.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(reason.into())
    }
}

/// A [`ProviderAdapter`] whose payload type is erased: what the host and the pipeline hold.
#[async_trait]
pub trait Adapter: Debug + Send + Sync {
    /// See [`ProviderAdapter::DESCRIPTOR`].
    fn descriptor(&self) -> &'static Descriptor;

    /// See [`ProviderAdapter::check`].
    fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit>;

    /// All that is never shown: by the [descriptor](Descriptor::redact), and by the
    /// [options](ProviderAdapter::redact).
    fn redact(&self) -> Vec<&str> {
        self.descriptor().redact.to_vec()
    }

    /// See [`ProviderAdapter::preflight`].
    fn preflight(&self, delivery: &Delivery, endpoint: &Endpoint) -> Preflight;

    /// See [`ProviderAdapter::verify`].
    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError>;

    /// See [`ProviderAdapter::sign`].
    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery>;

    /// See [`ProviderAdapter::reply`].
    fn reply(&self, delivery: &Delivery, endpoint: &Endpoint) -> Reply;

    /// [`parse`](ProviderAdapter::parse), then [`normalize`](ProviderAdapter::normalize).
    fn decode(&self, delivery: &Delivery) -> Result<Vec<Draft>, ParseError>;
}

#[async_trait]
impl<A: ProviderAdapter> Adapter for A {
    fn descriptor(&self) -> &'static Descriptor {
        const { &A::DESCRIPTOR }
    }

    fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit> {
        ProviderAdapter::check(self, endpoint)
    }

    fn redact(&self) -> Vec<&str> {
        let options = ProviderAdapter::redact(self).iter().map(String::as_str);
        A::DESCRIPTOR
            .redact
            .iter()
            .copied()
            .chain(options)
            .collect()
    }

    fn preflight(&self, delivery: &Delivery, endpoint: &Endpoint) -> Preflight {
        ProviderAdapter::preflight(self, delivery, endpoint)
    }

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        ProviderAdapter::verify(self, delivery, endpoint).await
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        ProviderAdapter::sign(self, delivery, endpoint)
    }

    fn reply(&self, delivery: &Delivery, endpoint: &Endpoint) -> Reply {
        ProviderAdapter::reply(self, delivery, endpoint)
    }

    fn decode(&self, delivery: &Delivery) -> Result<Vec<Draft>, ParseError> {
        Ok(self.normalize(self.parse(delivery)?))
    }
}
