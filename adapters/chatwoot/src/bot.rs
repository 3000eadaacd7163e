//! The webhooks of an agent bot: signed, and sent three times in all when they are answered 429 or
//! 500. When none of them is taken, Chatwoot opens the bot's conversation for a person.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use switchboard_core::event::Intent;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Redelivery, Sample,
    Verified, VerifyError, register_adapter,
};

use crate::descriptor::descriptor;
use crate::payload::Payload;
use crate::signature::{SECRET, Tolerance};
use crate::{normalize, read};

register_adapter!(ChatwootBot);

/// Chatwoot's agent bot webhooks, and an endpoint's options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatwootBot {
    /// How far the signed time may be from ours, either way.
    #[serde(default)]
    tolerance: Tolerance,
}

impl ProviderAdapter for ChatwootBot {
    const DESCRIPTOR: Descriptor = descriptor("chatwoot-bot", "Chatwoot Agent Bot")
        .answers_within(
            5,
            Redelivery::Retries {
                attempts: 3,
                within: Duration::from_secs(6),
            },
        )
        // 503 is not among the statuses that it sends again for.
        .unavailable(StatusCode::INTERNAL_SERVER_ERROR)
        .secrets(&[SECRET])
        .or_unsigned()
        .samples(SAMPLES);

    type Payload = Payload;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        self.tolerance.verify(delivery, endpoint)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        self.tolerance.sign(delivery, endpoint)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        read::payload(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        normalize::drafts(payload, Intent::Notify)
    }
}

macro_rules! sample {
    ($name:literal, $delivery:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("samples/bot/", $name, ".json")),
        )
        .with(&[
            ("content-type", "application/json"),
            ("x-chatwoot-delivery", $delivery),
        ])
    };
}

const SAMPLES: &[Sample] = &[
    sample!("message-incoming", "6f0c2a5e-3b17-4d88-9e41-000000000101"),
    sample!("option-picked", "6f0c2a5e-3b17-4d88-9e41-000000000102"),
    sample!(
        "conversation-resolved",
        "6f0c2a5e-3b17-4d88-9e41-000000000103"
    ),
];
