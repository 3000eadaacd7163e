//! The adapter: how Telegram proves itself, and what the host should know.

use serde::Deserialize;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Redelivery, Sample,
    SecretRole, Verified, VerifyError, register_adapter,
};

use crate::update::Update;

register_adapter!(Telegram);

/// Any text of 1 to 256 letters, digits, `_` and `-`, chosen when the webhook is set.
const SECRET_TOKEN: SecretRole = SecretRole::text(
    "secret_token",
    "The `secret_token` that you give to setWebhook",
);

const HEADER: &str = "x-telegram-bot-api-secret-token";

/// The webhook of one Telegram bot. It has no options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telegram {}

impl ProviderAdapter for Telegram {
    const DESCRIPTOR: Descriptor = Descriptor::new("telegram", "Telegram")
        // It comes again "a reasonable amount of attempts", which nobody counts.
        .answers_within(5, Redelivery::Unknown)
        .secrets(&[SECRET_TOKEN])
        .samples(SAMPLES)
        .docs("https://core.telegram.org/bots/api#setwebhook", "2026-11");

    type Payload = Update;

    /// The token covers nothing: neither the body nor the time.
    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        let token = delivery.required_header(HEADER)?;
        endpoint.matching(SECRET_TOKEN, token.as_bytes())
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        let token = endpoint.secrets(SECRET_TOKEN).ok()?.first()?;
        let token = str::from_utf8(token.expose()).ok()?;
        // What no header can hold, setWebhook does not take.
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let mut bare = delivery.clone();
        bare.headers.remove(HEADER);
        Some(bare.with(HEADER, token))
    }

    fn parse(&self, delivery: &Delivery) -> Result<Update, ParseError> {
        Update::read(delivery)
    }

    fn normalize(&self, update: Update) -> Vec<Draft> {
        update.drafts()
    }
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new($name, include_bytes!(concat!("samples/", $name, ".json")))
    };
}

const SAMPLES: &[Sample] = &[
    sample!("message"),
    sample!("photo"),
    sample!("voice"),
    sample!("reply"),
    sample!("edited-message"),
    sample!("channel-post"),
    sample!("business-message"),
    sample!("button"),
    sample!("reaction"),
    sample!("members-joined"),
    sample!("bot-blocked"),
    sample!("inline-query"),
];
