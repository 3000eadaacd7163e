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
///
/// Proven by a token, which covers neither body nor time. By [Kommunicate's page on custom bots][page],
/// read in November 2026.
///
/// | option | default | |
/// |---|---|---|
/// | `agents`, `bots` | nobody said | the user ids of all that speak for the business; who is on neither list is a customer |
/// | `accept_authorization` | `false` | takes the token from `Authorization` where there is no `Authentication` |
/// | `accept_bare_token` | `false` | takes the encoded token without `Basic` in front |
///
/// [page]: https://docs.kommunicate.io/docs/bot-custom-integration
///
/// ```
/// use serde_json::json;
/// use switchboard_adapter_kommunicate::bot::KommunicateBot;
/// use switchboard_core::event::Role;
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bot: KommunicateBot = serde_json::from_value(json!({}))?;
/// let token = KommunicateBot::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(token, "an invented token");
///
/// let text = KommunicateBot::DESCRIPTOR.samples[0].delivery();
/// let proven = bot.sign(&text, &endpoint).ok_or("no token")?;
/// bot.verify(&proven, &endpoint).await?;
/// assert_eq!(&**bot.reply(&proven, &endpoint).body(), b"[]", "it says nothing at once");
///
/// let drafts = bot.normalize(bot.parse(&proven)?);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!((message.actor.role, message.recipients[0].role), (Role::Contact, Role::Bot));
/// # Ok(())
/// # }
/// ```
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
