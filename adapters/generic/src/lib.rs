//! An adapter that is all configuration, for senders that have none of their own: how a delivery is
//! proven, where its parts stand, what the sender wants to hear.
//!
//! ```
//! use serde_json::json;
//! use switchboard_adapter_generic as _; // Linked for its registration.
//! use switchboard_core::registrations;
//!
//! let linked = registrations();
//! assert_eq!(linked[0].descriptor.name, "generic");
//!
//! // Options are read when an endpoint is configured, and a slip is told then.
//! let slip = linked[0].build(&json!({"proof": {"header": "not a name"}}));
//! assert!(slip.is_err());
//! ```

mod body;
mod challenge;
mod event;
mod proof;
mod reply;
mod secrets;
mod token;

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::mapping::{Mapping, Scope};
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, Misfit, ParseError, Preflight, ProviderAdapter,
    Redelivery, Reply, Sample, Verified, VerifyError, redact, register_adapter,
};

use self::body::Body;
use self::challenge::Challenge;
use self::event::EventPlaces;
use self::proof::Proof;
use self::reply::Answer;
use self::secrets::{BASE64_SECRET, HEX_SECRET, SECRET, VERIFY_TOKEN};

register_adapter!(Generic);

/// Any sender's webhooks, as an endpoint's options describe them.
///
/// | option | default | |
/// |---|---|---|
/// | `proof` | none | `hmac`, an [`HmacScheme`](switchboard_core::HmacScheme); `"basic"`, `"bearer"`, `header`, `query`: a token |
/// | `body` | `"json"` | how the body is written: `"json"`, `"form"`, `json_in` a field of a form, `"query"` |
/// | `event` | | where `kind`, `id`, `time` and `account` stand, and a `list` of things to tell one by one |
/// | `map` | empty | which kinds are ours, and where their parts stand: a [`Mapping`] |
/// | `reply` | `"empty"` | what the sender wants to hear, also `"no_content"`, `text`, `xml`, `json` |
/// | `challenges` | none | handshakes, the first that fits |
/// | `redact` | none | fields by their names, or by the ends of their paths, that reach no event |
///
/// Only an endpoint that is taken unsigned can be without `proof`.
///
/// ```
/// use serde_json::json;
/// use switchboard_adapter_generic::{Generic, Hook};
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // A chat that signs its bodies, and the words it has for what happens.
/// let chat: Generic = serde_json::from_value(json!({
///     "proof": {"hmac": {"algorithm": "sha256", "header": "x-chat-signature", "prefix": "sha256="}},
///     "event": {"kind": "/type", "id": "/id", "time": "/time", "account": "/account"},
///     "map": {
///         "kinds": {"message.new": "message.created"},
///         "conversation": "/conversation",
///         "message": {"id": "/message/id", "text": "/message/text"},
///         "sender": {"id": "/sender/id", "name": "/sender/name"},
///     },
/// }))?;
/// let secret = Generic::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(secret, "an invented secret");
/// chat.check(&endpoint)?;
///
/// let message = Generic::DESCRIPTOR.samples[1].delivery();
/// let signed = chat.sign(&message, &endpoint).ok_or("no secret")?;
/// assert_eq!(chat.verify(&signed, &endpoint).await?.scheme, "hmac-sha256");
///
/// let hook: Hook = chat.parse(&signed)?;
/// let drafts = chat.normalize(hook);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(message.message.text.as_deref(), Some("Is anybody there?"));
/// assert_eq!(drafts[0].account.as_deref(), Some("shop-1"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Generic {
    /// How a delivery is proven; only an endpoint that is taken unsigned can be without.
    proof: Option<Proof>,
    /// How its body is written.
    body: Body,
    /// Where the parts that every event has stand.
    event: EventPlaces,
    /// Which of the sender's kinds are ours, and where their parts stand.
    map: Mapping,
    /// What the sender wants to hear.
    reply: Answer,
    /// Handshakes, the first that fits.
    challenges: Vec<Challenge>,
    /// Fields by their names, or by the ends of their paths, that reach no event and are not shown.
    redact: Vec<String>,
}

impl ProviderAdapter for Generic {
    const DESCRIPTOR: Descriptor = Descriptor::new("generic", "Generic")
        .methods(&["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .answers_within(5, Redelivery::Unknown)
        .max_body(4 * 1024 * 1024)
        .secrets(&[SECRET, BASE64_SECRET, HEX_SECRET, VERIFY_TOKEN])
        .or_unsigned()
        .redacts_by_options()
        .samples(SAMPLES)
        // Not a sender's page, as there is none: how the places in a body are written.
        .docs("https://www.rfc-editor.org/rfc/rfc6901", "2026-11");

    type Payload = Hook;

    fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit> {
        let has_tokens = self.challenges.iter().any(Challenge::has_token);
        secrets::check(self.proof.as_ref(), has_tokens, endpoint)
    }

    fn redact(&self) -> &[String] {
        &self.redact
    }

    fn preflight(&self, delivery: &Delivery, endpoint: &Endpoint) -> Preflight {
        // Some senders ask so whether a URL is there before they take it; it can tell nothing.
        if delivery.method == "HEAD" {
            return Preflight::Reply(Reply::ok());
        }
        let mut unsigned = self.challenges.iter().filter(|it| it.is_unsigned());
        // Nobody has proven the body, so it is read only where that can make a difference.
        if unsigned.clone().next().is_none() {
            return Preflight::Continue;
        }
        let answer = self.read(delivery).ok().and_then(|hook| {
            unsigned.find_map(|challenge| challenge.preflight(&hook.scope(), endpoint))
        });
        answer.unwrap_or(Preflight::Continue)
    }

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        match &self.proof {
            _ if endpoint.is_unsigned() => Ok(Verified::unsigned()),
            Some(proof) => proof.verify(delivery, endpoint),
            None => Err(VerifyError::unavailable("no `proof` is configured")),
        }
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        self.proof.as_ref()?.sign(delivery, endpoint)
    }

    fn reply(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        let mut signed = self.challenges.iter().filter(|it| !it.is_unsigned());
        let usual = || self.reply.reply();
        if signed.clone().next().is_none() {
            return usual();
        }
        let answer = self
            .read(delivery)
            .ok()
            .and_then(|hook| signed.find_map(|challenge| challenge.answer(&hook.scope())));
        answer.unwrap_or_else(usual)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Hook, ParseError> {
        let mut hook = self.read(delivery)?;
        let redacted: Vec<_> = self.redact.iter().map(String::as_str).collect();
        redact::value(&mut hook.body, &redacted);
        Ok(hook)
    }

    fn normalize(&self, hook: Hook) -> Vec<Draft> {
        self.event.drafts(&hook.body, &hook.delivery, &self.map)
    }
}

impl Generic {
    fn read(&self, delivery: &Delivery) -> Result<Hook, ParseError> {
        let token = self.proof.as_ref().and_then(Proof::in_query);
        Ok(Hook {
            body: self.body.read(delivery, token)?,
            delivery: delivery.clone(),
        })
    }
}

/// A delivery: its body as JSON, and all of it for what stands elsewhere. What [`Generic`] parses.
#[derive(Clone, Debug)]
pub struct Hook {
    body: Value,
    delivery: Delivery,
}

impl Hook {
    fn scope(&self) -> Scope<'_> {
        Scope::of(&self.body, &self.delivery)
    }
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new($name, include_bytes!(concat!("samples/", $name, ".json")))
    };
}

/// What they are told as, the options say.
const SAMPLES: &[Sample] = &[
    sample!("event"),
    sample!("message"),
    sample!("files"),
    sample!("reaction"),
    sample!("button"),
];
