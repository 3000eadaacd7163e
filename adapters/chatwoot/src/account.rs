//! The webhooks of an account and of an API inbox: signed, sent once and never again. With them, at
//! the operator's word, what nobody signs: automation rules, macros and the installation.

use serde::Deserialize;
use switchboard_core::event::Intent;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Sample, Verified,
    VerifyError, register_adapter,
};

use crate::descriptor::descriptor;
use crate::payload::Payload;
use crate::signature::{self, SECRET, Tolerance};
use crate::unsigned::{self, UnsignedEvents};
use crate::{normalize, read};

register_adapter!(Chatwoot);

/// Chatwoot's account and API inbox webhooks, and an endpoint's options.
///
/// Signed by HMAC-SHA256 of time and body, and refused when the signed time is further from ours than the
/// tolerance. By [Chatwoot's page on webhooks][page], read in November 2026.
///
/// | option | default | |
/// |---|---|---|
/// | `tolerance` | `"5m"` | how far the signed time may be from ours, either way: `"300s"`, `"5m"`, `"1h"` |
/// | `intent` | `"notify"` | `"deliver"` at the URL of an API inbox: messages to the customer are to be brought there |
/// | `unsigned_events` | none | names of events that are taken without a signature; a `*` at the end stands for any rest |
///
/// [page]: https://www.chatwoot.com/hc/user-guide/articles/1677693021-how-to-use-webhooks
///
/// ```
/// use serde_json::json;
/// use switchboard_adapter_chatwoot::Payload;
/// use switchboard_adapter_chatwoot::account::Chatwoot;
/// use switchboard_core::event::Intent;
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Of an API inbox: what agents say there is to be brought to the customer.
/// let chatwoot: Chatwoot = serde_json::from_value(json!({"intent": "deliver"}))?;
/// let secret = Chatwoot::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(secret, "an invented secret");
///
/// let picture = Chatwoot::DESCRIPTOR.samples[1].delivery();
/// assert!(chatwoot.verify(&picture, &endpoint).await.is_err(), "nobody signed it");
/// let signed = chatwoot.sign(&picture, &endpoint).ok_or("no secret")?;
/// let proof = chatwoot.verify(&signed, &endpoint).await?;
/// assert_eq!((&*proof.scheme, proof.signed_at), ("hmac-sha256", Some(endpoint.now())));
///
/// let payload: Payload = chatwoot.parse(&signed)?;
/// let drafts = chatwoot.normalize(payload);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!((message.intent, message.message.attachments.len()), (Intent::Deliver, 1));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chatwoot {
    /// How far the signed time may be from ours, either way.
    #[serde(default)]
    tolerance: Tolerance,
    /// The events that are taken without a signature, by name; a `*` at the end stands for any rest.
    #[serde(default)]
    unsigned_events: UnsignedEvents,
    /// What Chatwoot wants of us with a message to a customer: an API inbox's is to be delivered.
    #[serde(default = "normalize::notify")]
    intent: Intent,
}

impl ProviderAdapter for Chatwoot {
    const DESCRIPTOR: Descriptor = descriptor("chatwoot", "Chatwoot")
        .secrets(&[SECRET])
        .or_unsigned()
        .samples(SAMPLES);

    type Payload = Payload;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        if !signature::is_presented(delivery) && self.unsigned_events.has(delivery) {
            return unsigned::verify(endpoint);
        }
        self.tolerance.verify(delivery, endpoint)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        self.tolerance.sign(delivery, endpoint)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        read::payload(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        normalize::drafts(payload, self.intent)
    }
}

macro_rules! sample {
    ($name:literal, $delivery:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("samples/account/", $name, ".json")),
        )
        .with(&[
            ("content-type", "application/json"),
            ("x-chatwoot-delivery", $delivery),
        ])
    };
}

/// What Chatwoot sends without a signature has no delivery id either.
macro_rules! unsigned_sample {
    ($name:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("samples/account/", $name, ".json")),
        )
    };
}

const SAMPLES: &[Sample] = &[
    sample!("message-incoming", "6f0c2a5e-3b17-4d88-9e41-000000000001"),
    sample!(
        "message-outgoing-picture",
        "6f0c2a5e-3b17-4d88-9e41-000000000002"
    ),
    sample!("private-note", "6f0c2a5e-3b17-4d88-9e41-000000000003"),
    sample!("input-select", "6f0c2a5e-3b17-4d88-9e41-000000000004"),
    sample!("option-picked", "6f0c2a5e-3b17-4d88-9e41-000000000005"),
    sample!("form-submitted", "6f0c2a5e-3b17-4d88-9e41-000000000006"),
    sample!("message-deleted", "6f0c2a5e-3b17-4d88-9e41-000000000007"),
    sample!(
        "conversation-created",
        "6f0c2a5e-3b17-4d88-9e41-000000000008"
    ),
    sample!(
        "conversation-assigned",
        "6f0c2a5e-3b17-4d88-9e41-000000000009"
    ),
    sample!(
        "conversation-resolved",
        "6f0c2a5e-3b17-4d88-9e41-000000000010"
    ),
    sample!("contact-updated", "6f0c2a5e-3b17-4d88-9e41-000000000011"),
    sample!("widget-opened", "6f0c2a5e-3b17-4d88-9e41-000000000012"),
    sample!("typing", "6f0c2a5e-3b17-4d88-9e41-000000000013"),
    unsigned_sample!("automation"),
    unsigned_sample!("macro"),
    unsigned_sample!("account-created"),
];
