//! Standard Webhooks and Svix for Switchboard: whoever signs as the specification says, by a shared
//! secret (`v1`) or by a key pair (`v1a`).
//!
//! The specification says how a webhook is signed and recommends what is in it. A body as it
//! recommends is told by its type; what a type means, only an operator can say.
//!
//! A binary that names this crate has its adapter in the registry:
//!
//! ```
//! use serde_json::json;
//! use switchboard_adapter_standard_webhooks as _; // Linked for its registration.
//! use switchboard_core::registrations;
//!
//! let linked = registrations();
//! let names: Vec<_> = linked.iter().map(|adapter| adapter.descriptor.name).collect();
//! assert_eq!(names, ["standard-webhooks"]);
//!
//! // With options, as an endpoint's configuration gives them.
//! let standard_webhooks = linked[0].build(&json!({"tolerance_seconds": 600}))?;
//! assert_eq!(standard_webhooks.descriptor().name, "standard-webhooks");
//! # Ok::<(), switchboard_core::BuildError>(())
//! ```

mod ed25519;
mod family;
mod payload;
mod proof;

use serde::Deserialize;
use switchboard_core::mapping::{Mapping, Places};
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, Misfit, ParseError, ProviderAdapter, Redelivery, Sample,
    Verified, VerifyError, register_adapter,
};

pub use self::payload::Payload;
use self::proof::{PUBLIC_KEY, SECRET, Tolerance};

register_adapter!(StandardWebhooks);

/// Webhooks of the Standard Webhooks specification, and an endpoint's options.
///
/// Signed by HMAC-SHA256 or Ed25519 of id, time and body. By [the specification][page], read in November
/// 2026.
///
/// | option | default | |
/// |---|---|---|
/// | `tolerance_seconds` | `300` | how far the signed time may be from ours, either way; 1 to 86400 |
/// | `kind` | `"/type"` | where the sender's name for what happened stands |
/// | `time` | `"/timestamp"` | where its time stands: RFC 3339, or Unix seconds or milliseconds |
/// | `account` | nowhere | where the sender's account stands |
/// | `map` | empty | which types are ours, and where their parts stand: a [`Mapping`] |
///
/// [page]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
///
/// ```
/// use serde_json::json;
/// use switchboard_adapter_standard_webhooks::{Payload, StandardWebhooks};
/// use switchboard_core::{Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // What the sender's types mean, only an operator can say.
/// let options = json!({"map": {"kinds": {"contact.created": "contact.created"}, "entity": "/data/id"}});
/// let webhooks: StandardWebhooks = serde_json::from_value(options)?;
/// let secret = StandardWebhooks::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000)
///     .with_secret_text(secret, "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz");
/// webhooks.check(&endpoint)?;
///
/// let created = StandardWebhooks::DESCRIPTOR.samples[0].delivery();
/// let signed = webhooks.sign(&created, &endpoint).ok_or("no secret")?;
/// let proof = webhooks.verify(&signed, &endpoint).await?;
/// assert_eq!((&*proof.scheme, proof.signed_at), ("hmac-sha256", Some(endpoint.now())));
///
/// let payload: Payload = webhooks.parse(&signed)?;
/// let drafts = webhooks.normalize(payload);
/// assert_eq!(drafts[0].data.kind(), "contact.created");
/// let subject = drafts[0].data.subject();
/// assert_eq!(subject.as_deref(), Some("contact/1f81eb52-5198-4599-803e-771906343485"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardWebhooks {
    /// How far the signed time may be from ours, either way.
    #[serde(default)]
    tolerance_seconds: Tolerance,
    /// Where the sender's name for what happened stands.
    #[serde(default = "recommended::kind")]
    kind: Places,
    /// Where its time stands.
    #[serde(default = "recommended::time")]
    time: Places,
    /// Where the sender's account stands.
    #[serde(default)]
    account: Places,
    /// Which of the sender's kinds are ours.
    #[serde(default)]
    map: Mapping,
}

impl ProviderAdapter for StandardWebhooks {
    const DESCRIPTOR: Descriptor = Descriptor::new("standard-webhooks", "Standard Webhooks")
        // What is recommended to senders: 15 to 30 s, and to send again for some days.
        .answers_within(15, Redelivery::Unknown)
        .max_body(1024 * 1024)
        .secrets(&[SECRET, PUBLIC_KEY])
        .samples(SAMPLES)
        .docs(
            "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
            "2026-11",
        );

    type Payload = Payload;

    fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit> {
        proof::check(endpoint)
    }

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        proof::verify(delivery, endpoint, self.tolerance_seconds)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        proof::sign(delivery, endpoint, self.tolerance_seconds)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        Ok(Payload::of(delivery))
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        vec![payload.draft(self)]
    }
}

/// Where the specification recommends to put things.
mod recommended {
    use switchboard_core::mapping::{Place, Places};

    pub(super) fn kind() -> Places {
        at("/type")
    }

    pub(super) fn time() -> Places {
        at("/timestamp")
    }

    fn at(pointer: &str) -> Places {
        let place = Place::try_from(pointer.to_owned());
        place.expect("it is a pointer").into()
    }
}

macro_rules! sample {
    ($name:literal, $id:literal) => {
        Sample::new($name, include_bytes!(concat!("samples/", $name, ".json")))
            .with(&[("content-type", "application/json"), ("webhook-id", $id)])
    };
}

const SAMPLES: &[Sample] = &[
    sample!("contact-created", "msg_2fGvS0vS7mC9yq3nWc5xT1aLzQb"),
    sample!("message-received", "msg_2fGvS0vS7mC9yq3nWc5xT1aLzQc"),
    sample!("thin", "msg_2fGvS0vS7mC9yq3nWc5xT1aLzQd"),
    sample!("without-type", "msg_2fGvS0vS7mC9yq3nWc5xT1aLzQe"),
];
