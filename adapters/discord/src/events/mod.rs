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
///
/// Signed by Ed25519; what was signed more than 15 minutes from now, either way, is refused. By [Discord's
/// page on webhook events][page], read in November 2026.
///
/// [page]: https://docs.discord.com/developers/events/webhook-events
///
/// ```
/// use switchboard_adapter_discord::events::{Call, DiscordEvents};
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let discord = DiscordEvents {};
/// // Discord alone can sign by the public key; a test has a private one in its place.
/// let key = format!("private:{}", "2a".repeat(32));
/// let endpoint = Endpoint::fixed(1_764_000_000)
///     .with_secret_text(DiscordEvents::DESCRIPTOR.secrets[0], &key);
/// discord.check(&endpoint)?;
///
/// let authorized = DiscordEvents::DESCRIPTOR.samples[0].delivery();
/// let signed = discord.sign(&authorized, &endpoint).ok_or("no private key")?;
/// assert_eq!(discord.verify(&signed, &endpoint).await?.scheme, "ed25519");
/// assert_eq!(discord.reply(&signed, &endpoint).status(), 204);
///
/// let call: Call = discord.parse(&signed)?;
/// let drafts = discord.normalize(call);
/// let Data::App(_, installation) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(installation.actor.as_ref().and_then(|ann| ann.name.as_deref()), Some("Ann"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscordEvents {}

/// One call, as it came: what [`DiscordEvents`] parses.
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
