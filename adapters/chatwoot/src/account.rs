//! The webhooks of an account and of an API inbox: signed, sent once and never again.

use serde::Deserialize;
use switchboard_core::event::Intent;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Sample, Verified,
    VerifyError, register_adapter,
};

use crate::descriptor::descriptor;
use crate::payload::Payload;
use crate::signature::{SECRET, Tolerance};
use crate::{normalize, read};

register_adapter!(Chatwoot);

/// Chatwoot's account and API inbox webhooks, and an endpoint's options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chatwoot {
    /// How many seconds the signed time may be from ours, either way.
    #[serde(default)]
    tolerance_seconds: Tolerance,
    /// What Chatwoot wants of us with a message to a customer: an API inbox's is to be delivered.
    #[serde(default = "normalize::notify")]
    intent: Intent,
}

impl ProviderAdapter for Chatwoot {
    const DESCRIPTOR: Descriptor = descriptor("chatwoot", "Chatwoot")
        .secrets(&[SECRET])
        .samples(SAMPLES);

    type Payload = Payload;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        self.tolerance_seconds.verify(delivery, endpoint)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        self.tolerance_seconds.sign(delivery, endpoint)
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
];
