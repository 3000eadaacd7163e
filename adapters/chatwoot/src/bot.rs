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
///
/// Signed by HMAC-SHA256 of time and body, and refused when the signed time is further from ours than the
/// tolerance. By [Chatwoot's page on webhooks][page], read in November 2026.
///
/// | option | default | |
/// |---|---|---|
/// | `tolerance` | `"5m"` | how far the signed time may be from ours, either way: `"300s"`, `"5m"`, `"1h"` |
///
/// [page]: https://www.chatwoot.com/hc/user-guide/articles/1677693021-how-to-use-webhooks
///
/// ```
/// use serde_json::json;
/// use switchboard_adapter_chatwoot::bot::ChatwootBot;
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bot: ChatwootBot = serde_json::from_value(json!({}))?;
/// let secret = ChatwootBot::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(secret, "an invented secret");
///
/// let signed = bot.sign(&ChatwootBot::DESCRIPTOR.samples[0].delivery(), &endpoint);
/// let signed = signed.ok_or("no secret")?;
/// bot.verify(&signed, &endpoint).await?;
/// // Where it cannot be kept, it is answered in the way that makes it come again.
/// assert_eq!(ChatwootBot::DESCRIPTOR.unavailable, 500);
///
/// let drafts = bot.normalize(bot.parse(&signed)?);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(message.message.text.as_deref(), Some("Is the blue atlas still there?"));
/// # Ok(())
/// # }
/// ```
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
