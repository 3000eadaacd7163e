//! Webhook events: what happens to the app, and what players write in a game. They come again for ten
//! minutes when they are not answered.

mod message;
mod normalize;

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, Misfit, ParseError, ProviderAdapter, Redelivery, Reply,
    Sample, Verified, VerifyError, register_adapter,
};

use crate::signature::{self, PUBLIC_KEY};

register_adapter!(DiscordEvents);

/// The numbers of Discord's kinds of calls.
const PING: u64 = 0;
const EVENT: u64 = 1;

/// Discord's webhook events. It has no options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscordEvents {}

/// One call, as it came.
#[derive(Debug)]
pub struct Call {
    raw: Value,
}

impl ProviderAdapter for DiscordEvents {
    const DESCRIPTOR: Descriptor = Descriptor::new("discord-events", "Discord Webhook Events")
        // For ten minutes, at growing intervals; nobody says how often.
        .answers_within(3, Redelivery::Unknown)
        .secrets(&[PUBLIC_KEY])
        .samples(SAMPLES)
        .docs(
            "https://docs.discord.com/developers/events/webhook-events",
            "2026-11",
        );

    type Payload = Call;

    fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit> {
        signature::check(endpoint)
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

    /// The same for a ping and for an event.
    fn reply(&self, _delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        Reply::no_content().typed("application/json")
    }

    fn parse(&self, delivery: &Delivery) -> Result<Call, ParseError> {
        let raw: Map<String, Value> = delivery.json()?;
        let raw = Value::Object(raw);
        Ok(Call { raw })
    }

    fn normalize(&self, Call { raw }: Call) -> Vec<Draft> {
        match raw["type"].as_u64() {
            Some(PING) => Vec::new(),
            Some(EVENT) => vec![normalize::draft(raw)],
            _ => vec![normalize::unknown(raw)],
        }
    }
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("../samples/events/", $name, ".json")),
        )
    };
}

const SAMPLES: &[Sample] = &[
    sample!("authorized"),
    sample!("deauthorized"),
    sample!("entitlement"),
    sample!("lobby-message"),
    sample!("lobby-message-changed"),
    sample!("lobby-message-deleted"),
    sample!("direct-message"),
    sample!("ping"),
];
