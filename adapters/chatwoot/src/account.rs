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
