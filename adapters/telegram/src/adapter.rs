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
///
/// Proven by a token, which covers neither body nor time. By [Telegram's page on `setWebhook`][page], read
/// in November 2026.
///
/// [page]: https://core.telegram.org/bots/api#setwebhook
///
/// ```
/// use switchboard_adapter_telegram::{Telegram, Update};
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let telegram = Telegram {};
/// let token = Telegram::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(token, "an-invented-token");
///
/// let message = Telegram::DESCRIPTOR.samples[0].delivery();
/// let proven = telegram.sign(&message, &endpoint).ok_or("no token")?;
/// assert_eq!(telegram.verify(&proven, &endpoint).await?.scheme, "token");
///
/// let update: Update = telegram.parse(&proven)?;
/// let drafts = telegram.normalize(update);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(message.actor.name.as_deref(), Some("Ann Berg"));
/// assert_eq!(message.message.text.as_deref(), Some("Where is order /4711 now?"));
/// # Ok(())
/// # }
/// ```
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
