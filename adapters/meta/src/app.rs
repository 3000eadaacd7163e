//! The webhook of a Meta app, whichever of its products it is configured for.

use std::time::Duration;

use serde::Deserialize;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, Preflight, ProviderAdapter, Redelivery,
    Verified, VerifyError, register_adapter,
};

use crate::handshake::{self, VERIFY_TOKEN};
use crate::payload::Payload;
use crate::samples::SAMPLES;
use crate::signature::{self, APP_SECRET};
use crate::{batch, normalize};

register_adapter!(Meta);

/// The webhook of a Meta app. An endpoint has no options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {}

impl ProviderAdapter for Meta {
    const DESCRIPTOR: Descriptor = Descriptor::new("meta", "Meta (WhatsApp, Messenger, Instagram)")
        .methods(&["GET", "POST"])
        .answers_within(5, REDELIVERY)
        // WhatsApp's payloads have up to 3 MB.
        .max_body(4 * 1024 * 1024)
        .secrets(&[APP_SECRET, VERIFY_TOKEN])
        .samples(SAMPLES)
        .docs(
            "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
            "2026-11",
        );

    type Payload = Payload;

    fn preflight(&self, delivery: &Delivery, endpoint: &Endpoint) -> Preflight {
        handshake::answer(delivery, endpoint)
    }

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        signature::verify(delivery, endpoint)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        signature::sign(delivery, endpoint)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        Ok(Payload(batch::notices(delivery.json()?)))
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        payload.0.into_iter().flat_map(normalize::drafts).collect()
    }
}

/// "We will immediately try again, then try a few more times with decreasing frequency over the next
/// 36 hours": at least four in all. WhatsApp goes on for up to 7 days.
const REDELIVERY: Redelivery = Redelivery::Retries {
    attempts: 4,
    within: Duration::from_secs(36 * 60 * 60),
};
