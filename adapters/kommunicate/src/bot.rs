//! The custom bot webhook: what customers say to a bot, whose answer is the HTTP response.

use serde::Deserialize;
use switchboard_core::event::Role;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Redelivery, Reply, Sample,
    Verified, VerifyError, register_adapter,
};

use crate::options::Options;
use crate::payload::Payload;
use crate::token::{self, TOKEN};
use crate::{normalize, read};

register_adapter!(KommunicateBot);

/// Kommunicate's custom bot webhook, and an endpoint's options.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct KommunicateBot(Options);

impl ProviderAdapter for KommunicateBot {
    const DESCRIPTOR: Descriptor = Descriptor::new("kommunicate-bot", "Kommunicate Custom Bot")
        .answers_within(60, Redelivery::Unknown)
        .max_body(1024 * 1024)
        .secrets(&[TOKEN])
        .or_unsigned()
        .samples(SAMPLES)
        .docs(
            "https://docs.kommunicate.io/docs/bot-custom-integration",
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

    /// The list of what the bot says at once: nothing. What it has to say comes later, through
    /// Kommunicate's API.
    fn reply(&self, _delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        Reply::json("[]")
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        read::payload(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        // A bot is told what customers say to it, so who is on no list is one.
        let role = |id: &str| match self.0.role(id) {
            Role::Unknown => Role::Contact,
            role => role,
        };
        vec![normalize::draft(payload, role)]
    }
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("samples/bot/", $name, ".json")),
        )
    };
}

const SAMPLES: &[Sample] = &[sample!("text"), sample!("picture"), sample!("welcome")];
