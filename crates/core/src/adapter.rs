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
///
/// let delivery = Delivery::post(r#"{"id":"m-1","text":"Hello","lang":"en"}"#);
/// let drafts = Acme {}.normalize(Acme {}.parse(&delivery)?);
/// assert_eq!(drafts[0].key, DedupKey::provider(["m-1"]));
/// assert_eq!(drafts[0].rest["lang"], "en");
/// # Ok::<(), ParseError>(())
/// ```
///
/// The methods with a default are for providers that need more: a handshake, a secret of a certain
/// form, an answer in words of their own.
///
/// ```
/// use http::Method;
/// use serde::Deserialize;
/// use serde_json::Value;
/// use switchboard_core::{
///     DedupKey, Delivery, Descriptor, Draft, Endpoint, Misfit, ParseError, Preflight,
///     ProviderAdapter, Reply, SecretRole, Verified, VerifyError,
/// };
///
/// const TOKEN: SecretRole = SecretRole::text("token", "Acme > Settings > Webhooks");
///
/// #[derive(Debug, Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Acme {}
///
/// impl ProviderAdapter for Acme {
///     const DESCRIPTOR: Descriptor = Descriptor::new("acme", "Acme Chat")
///         .methods(&["GET", "POST"])
///         .secrets(&[TOKEN]);
///     type Payload = Value;
///
///     fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit> {
///         let tokens = endpoint.secrets(TOKEN).unwrap_or_default();
///         let mut bytes = tokens.iter().flat_map(|token| token.expose());
///         if bytes.all(u8::is_ascii_graphic) {
///             Ok(())
///         } else {
///             Err(Misfit::new("`token` has characters that no header can hold"))
///         }
///     }
///
///     fn preflight(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Preflight {
///         if delivery.method != Method::GET {
///             return Preflight::Continue;
///         }
///         match delivery.query_value("challenge") {
///             Some(challenge) => Preflight::Reply(Reply::text(challenge.into_owned())),
///             None => Preflight::Refuse,
///         }
///     }
///
///     async fn verify(
///         &self,
///         delivery: &Delivery,
///         endpoint: &Endpoint,
///     ) -> Result<Verified, VerifyError> {
///         let token = delivery.required_header("x-acme-token")?;
///         endpoint.matching(TOKEN, token.as_bytes())
///     }
///
///     fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
///         let token = endpoint.secrets(TOKEN).ok()?.first()?;
///         let token = str::from_utf8(token.expose()).ok()?;
///         let mut signed = delivery.clone();
///         signed.headers.insert("x-acme-token", token.parse().ok()?);
///         Some(signed)
///     }
///
///     fn reply(&self, _delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
///         Reply::json(r#"{"received":true}"#)
///     }
///
///     fn parse(&self, delivery: &Delivery) -> Result<Value, ParseError> {
///         delivery.json()
///     }
///
///     fn normalize(&self, hook: Value) -> Vec<Draft> {
///         vec![Draft::unknown("hook", hook, DedupKey::None)]
///     }
/// }
///
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(TOKEN, "a-secret-of-acme");
/// assert_eq!(Acme {}.check(&endpoint), Ok(()));
///
/// let mut handshake = Delivery::post("").to("/in/support?challenge=817");
/// handshake.method = Method::GET;
/// assert_eq!(Acme {}.preflight(&handshake, &endpoint), Preflight::Reply(Reply::text("817")));
///
/// let signed = Acme {}.sign(&Delivery::post("{}"), &endpoint).expect("it has a secret");
/// assert_eq!(signed.header("x-acme-token"), Some("a-secret-of-acme"));
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
    ///
    /// ```
    /// # use serde::Deserialize;
    /// # use switchboard_core::{
    /// #     Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Verified, VerifyError, redact,
    /// # };
    /// /// An adapter with `options = { redact = ["token"] }`.
    /// #[derive(Debug, Deserialize)]
    /// struct Any {
    ///     redact: Vec<String>,
    /// }
    ///
    /// impl ProviderAdapter for Any {
    ///     const DESCRIPTOR: Descriptor = Descriptor::new("any", "Anybody").redacts_by_options();
    /// #   type Payload = serde_json::Value;
    /// #   async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
    /// #       Ok(Verified::unsigned())
    /// #   }
    /// #   fn parse(&self, delivery: &Delivery) -> Result<serde_json::Value, ParseError> {
    /// #       delivery.json()
    /// #   }
    /// #   fn normalize(&self, _: serde_json::Value) -> Vec<Draft> {
    /// #       Vec::new()
    /// #   }
    ///
    ///     fn redact(&self) -> &[String] {
    ///         &self.redact
    ///     }
    /// }
    ///
    /// let any: Any = serde_json::from_str(r#"{"redact": ["token"]}"#)?;
    /// assert_eq!(ProviderAdapter::redact(&any), ["token"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    fn redact(&self) -> &[String] {
        &[]
    }

    /// Answers calls that carry no event and no signature, for example `GET ?hub.challenge=`.
    fn preflight(&self, _delivery: &Delivery, _endpoint: &Endpoint) -> Preflight {
        Preflight::Continue
    }

    /// Proves that the provider sent `delivery`. The only place that may wait, and no longer than
    /// [`ack_deadline`](Descriptor::ack_deadline): then it is dropped, and counts as unavailable. A
    /// dropped call must leave nothing behind.
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
///
/// ```
/// use switchboard_core::{Endpoint, Misfit, SecretRole};
///
/// const PUBLIC_KEY: SecretRole = SecretRole::text("public_key", "Acme > Apps").optional();
///
/// /// What an adapter's `check` may ask.
/// fn is_hex(endpoint: &Endpoint) -> Result<(), Misfit> {
///     let keys = endpoint.secrets(PUBLIC_KEY).unwrap_or_default();
///     if keys.iter().all(|key| hex::decode(key.expose()).is_ok()) {
///         Ok(())
///     } else {
///         Err(Misfit::new("`public_key` is not hex"))
///     }
/// }
///
/// let endpoint = Endpoint::fixed(0).with_secret_text(PUBLIC_KEY, "not a key");
/// assert_eq!(is_hex(&endpoint).unwrap_err().to_string(), "`public_key` is not hex");
/// ```
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
///
/// Every [`ProviderAdapter`] is one. Whoever tries one out, as a test or a command does, asks it in
/// the order in which the host and the pipeline do:
///
/// ```
/// # use serde::Deserialize;
/// # use serde_json::Value;
/// use switchboard_core::{Adapter, Delivery, Draft, Endpoint, Preflight};
/// # use switchboard_core::*;
/// # const TOKEN: SecretRole = SecretRole::text("token", "Acme > Settings > Webhooks");
/// # #[derive(Debug, Deserialize)]
/// # struct Acme {}
/// # impl ProviderAdapter for Acme {
/// #     const DESCRIPTOR: Descriptor = Descriptor::new("acme", "Acme Chat")
/// #         .secrets(&[TOKEN])
/// #         .samples(&[Sample::new("hook", b"{\"id\":1}")]);
/// #     type Payload = Value;
/// #     async fn verify(&self, call: &Delivery, to: &Endpoint) -> Result<Verified, VerifyError> {
/// #         to.matching(TOKEN, call.required_header("x-acme-token")?.as_bytes())
/// #     }
/// #     fn sign(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Option<Delivery> {
/// #         Some(delivery.clone().with("x-acme-token", "a-secret-of-acme"))
/// #     }
/// #     fn parse(&self, delivery: &Delivery) -> Result<Value, ParseError> {
/// #         delivery.json()
/// #     }
/// #     fn normalize(&self, hook: Value) -> Vec<Draft> {
/// #         vec![Draft::unknown("hook", hook, DedupKey::None)]
/// #     }
/// # }
///
/// async fn try_out(
///     adapter: &dyn Adapter,
///     endpoint: &Endpoint,
/// ) -> Result<Vec<Draft>, Box<dyn std::error::Error>> {
///     adapter.check(endpoint)?;
///     let sample: Delivery = adapter.descriptor().samples[0].delivery();
///     let delivery = adapter.sign(&sample, endpoint).ok_or("only the provider can sign")?;
///
///     assert_eq!(adapter.preflight(&delivery, endpoint), Preflight::Continue);
///     let verified = adapter.verify(&delivery, endpoint).await?;
///     assert_eq!(verified.scheme, "token");
///     assert_eq!(adapter.reply(&delivery, endpoint).status(), 200);
///     Ok(adapter.decode(&delivery)?)
/// }
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(TOKEN, "a-secret-of-acme");
/// let drafts = try_out(&Acme {}, &endpoint).await?;
/// assert_eq!(drafts[0].data.kind(), "provider.event");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[async_trait]
pub trait Adapter: Debug + Send + Sync {
    /// See [`ProviderAdapter::DESCRIPTOR`].
    fn descriptor(&self) -> &'static Descriptor;

    /// See [`ProviderAdapter::check`].
    ///
    /// # Errors
    ///
    /// What does not fit, for the operator.
    fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit>;

    /// All that is never shown: by the [descriptor](Descriptor::redact), and by the
    /// [options](ProviderAdapter::redact).
    fn redact(&self) -> Vec<&str> {
        self.descriptor().redact.to_vec()
    }

    /// See [`ProviderAdapter::preflight`].
    fn preflight(&self, delivery: &Delivery, endpoint: &Endpoint) -> Preflight;

    /// See [`ProviderAdapter::verify`]. The host gives up after the descriptor's
    /// [`ack_deadline`](Descriptor::ack_deadline).
    ///
    /// # Errors
    ///
    /// Why nobody can say that the provider sent `delivery`.
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
    ///
    /// # Errors
    ///
    /// When `parse` fails; `normalize` cannot.
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
