//! The account webhook: every message, of customers, agents and bots alike.

use serde::Deserialize;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Redelivery, Sample,
    Verified, VerifyError, register_adapter,
};

use crate::options::Options;
use crate::payload::Payload;
use crate::token::{self, TOKEN};
use crate::{normalize, read};

register_adapter!(Kommunicate);

/// Kommunicate's account webhook, and an endpoint's options.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Kommunicate(Options);

impl ProviderAdapter for Kommunicate {
    const DESCRIPTOR: Descriptor = Descriptor::new("kommunicate", "Kommunicate")
        .answers_within(5, Redelivery::Unknown)
        .max_body(1024 * 1024)
        .secrets(&[TOKEN])
        .or_unsigned()
        .samples(SAMPLES)
        .docs(
            "https://docs.kommunicate.io/docs/webhooks-configuration",
            "2026-11",
        );

    type Payload = Payload;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        token::verify(delivery, endpoint, &self.0)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        token::sign(delivery, endpoint)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        read::payload(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        vec![normalize::draft(payload, |id| self.0.role(id))]
    }
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("samples/account/", $name, ".json")),
        )
    };
}

const SAMPLES: &[Sample] = &[
    sample!("text"),
    sample!("picture"),
    sample!("agent-reply"),
    sample!("bot-buttons"),
];
