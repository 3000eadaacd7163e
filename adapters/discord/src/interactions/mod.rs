//! Interactions: what somebody entered, pressed or filled in, and waits three seconds for. They come
//! once.

mod normalize;
mod submission;

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, Misfit, ParseError, ProviderAdapter, Redelivery, Reply,
    Sample, Verified, VerifyError, register_adapter,
};

use crate::signature::{self, PUBLIC_KEY};

register_adapter!(DiscordInteractions);

/// The numbers of Discord's kinds of interactions.
const PING: u64 = 1;
const COMMAND: u64 = 2;
const COMPONENT: u64 = 3;
const AUTOCOMPLETE: u64 = 4;
const MODAL: u64 = 5;

/// Discord's interactions, and an endpoint's options.
///
/// Signed by Ed25519; what was signed more than 15 minutes from now, either way, is refused. By [Discord's
/// page on interactions][page], read in November 2026.
///
/// | option | default | |
/// |---|---|---|
/// | `ephemeral` | `false` | only the one who entered a command sees the answer that is put off |
///
/// [page]: https://docs.discord.com/developers/interactions/receiving-and-responding
///
/// ```
/// use serde_json::json;
/// use switchboard_adapter_discord::interactions::{DiscordInteractions, Interaction};
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let discord: DiscordInteractions = serde_json::from_value(json!({"ephemeral": true}))?;
/// // Discord alone can sign by the public key; a test has a private one in its place.
/// let key = format!("private:{}", "2a".repeat(32));
/// let endpoint = Endpoint::fixed(1_764_000_000)
///     .with_secret_text(DiscordInteractions::DESCRIPTOR.secrets[0], &key);
///
/// let command = DiscordInteractions::DESCRIPTOR.samples[0].delivery();
/// let signed = discord.sign(&command, &endpoint).ok_or("no private key")?;
/// assert_eq!(discord.verify(&signed, &endpoint).await?.scheme, "ed25519");
/// // What is said at once: that the answer follows, and for whom.
/// let reply = discord.reply(&signed, &endpoint);
/// assert_eq!(&**reply.body(), br#"{"type":5,"data":{"flags":64}}"#);
///
/// let interaction: Interaction = discord.parse(&signed)?;
/// let drafts = discord.normalize(interaction);
/// let Data::Interaction(entered) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(entered.interactive.submitted[0].id.as_deref(), Some("order status"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscordInteractions {
    /// Whether only the one who entered a command sees the answer that is put off.
    #[serde(default)]
    ephemeral: bool,
}

/// One interaction, as it came: what [`DiscordInteractions`] parses.
#[derive(Debug)]
pub struct Interaction {
    raw: Value,
}

impl Interaction {
    fn read(delivery: &Delivery) -> Result<Self, ParseError> {
        let raw: Map<String, Value> = delivery.json()?;
        let raw = Value::Object(raw);
        Ok(Self { raw })
    }

    /// Zero is none of Discord's.
    fn kind(&self) -> u64 {
        self.raw["type"].as_u64().unwrap_or_default()
    }
}

impl ProviderAdapter for DiscordInteractions {
    const DESCRIPTOR: Descriptor = Descriptor::new("discord-interactions", "Discord Interactions")
        .answers_within(3, Redelivery::Never)
        .secrets(&[PUBLIC_KEY])
        .samples(SAMPLES)
        .docs(
            "https://docs.discord.com/developers/interactions/receiving-and-responding",
            "2026-11",
        );

    type Payload = Interaction;

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

    /// That the answer follows: what there is to say, say by the interaction's token within 15
    /// minutes. Who types in a field that completes itself cannot wait, and is offered nothing.
    fn reply(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        const LATER_IN_A_MESSAGE: &str = r#"{"type":5}"#;
        const LATER_IN_SECRET: &str = r#"{"type":5,"data":{"flags":64}}"#;
        const LATER_IN_THE_SAME_MESSAGE: &str = r#"{"type":6}"#;

        let Ok(interaction) = Interaction::read(delivery) else {
            return Reply::json(LATER_IN_A_MESSAGE);
        };
        Reply::json(match interaction.kind() {
            PING => r#"{"type":1}"#,
            COMPONENT => LATER_IN_THE_SAME_MESSAGE,
            MODAL if interaction.raw["message"].is_object() => LATER_IN_THE_SAME_MESSAGE,
            AUTOCOMPLETE => r#"{"type":8,"data":{"choices":[]}}"#,
            _ if self.ephemeral => LATER_IN_SECRET,
            _ => LATER_IN_A_MESSAGE,
        })
    }

    fn parse(&self, delivery: &Delivery) -> Result<Interaction, ParseError> {
        Interaction::read(delivery)
    }

    fn normalize(&self, interaction: Interaction) -> Vec<Draft> {
        match interaction.kind() {
            PING => Vec::new(),
            _ => vec![normalize::draft(interaction)],
        }
    }
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("../samples/interactions/", $name, ".json")),
        )
    };
}

const SAMPLES: &[Sample] = &[
    sample!("command"),
    sample!("command-in-a-message"),
    sample!("button"),
    sample!("menu"),
    sample!("modal"),
    sample!("autocomplete"),
    sample!("ping"),
];
