//! The adapter: how Slack proves itself, what it is told, and what the host should know.

use std::time::Duration;

use serde::Deserialize;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, HmacScheme, ParseError, ProviderAdapter, Redelivery,
    Reply, Sample, SecretRole, Unit, Verified, VerifyError, register_adapter,
};

use crate::read::{self, Payload};
use crate::{command, event, interaction};

register_adapter!(Slack);

const SIGNING_SECRET: SecretRole = SecretRole::text(
    "signing_secret",
    "Your app > Basic Information > App Credentials > Signing Secret",
);

/// The verification token, which proved who calls before there were signatures, and the token of a
/// workflow's step.
pub(crate) const SECRETS: &[&str] = &["token", "bot_access_token"];

/// `v0=` and the hex HMAC-SHA256 of `v0:{timestamp}:{body}`. Slack signs anew what it sends again.
static X_SLACK_SIGNATURE: HmacScheme = HmacScheme::sha256(SIGNING_SECRET, "x-slack-signature")
    .prefix("v0=")
    .signs("v0:{timestamp}:{body}")
    .timestamp("x-slack-request-timestamp", Unit::Seconds, 300);

/// Slack's Events API, interactivity and slash commands. It has no options.
///
/// Signed by HMAC-SHA256 of time and body; what was signed more than 300 s from now, either way, is refused.
/// By [Slack's page on verifying requests][page], read in November 2026.
///
/// [page]: https://docs.slack.dev/authentication/verifying-requests-from-slack
///
/// ```
/// use switchboard_adapter_slack::Slack;
/// use switchboard_core::{Data, Delivery, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let slack = Slack {};
/// let secret = Slack::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(secret, "an invented secret");
///
/// let message = Slack::DESCRIPTOR.samples[0].delivery();
/// let signed = slack.sign(&message, &endpoint).ok_or("no secret")?;
/// assert_eq!(slack.verify(&signed, &endpoint).await?.scheme, "hmac-sha256");
/// let late = Endpoint::fixed(1_764_000_301).with_secret_text(secret, "an invented secret");
/// assert!(slack.verify(&signed, &late).await.is_err(), "signed more than five minutes ago");
///
/// let drafts = slack.normalize(slack.parse(&signed)?);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(message.message.text.as_deref(), Some("Where is my order 4711?"));
///
/// // The signed handshake is answered, and tells of nothing.
/// let asked = Delivery::post(r#"{"type": "url_verification", "challenge": "3eZbrw1aB"}"#);
/// assert_eq!(&**slack.reply(&asked, &endpoint).body(), b"3eZbrw1aB");
/// assert!(slack.normalize(slack.parse(&asked)?).is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slack {}

impl ProviderAdapter for Slack {
    const DESCRIPTOR: Descriptor = Descriptor::new("slack", "Slack")
        // At once, after a minute and after five. Only events come again.
        .answers_within(
            3,
            Redelivery::Retries {
                attempts: 4,
                within: Duration::from_secs(360),
            },
        )
        .max_body(4 * 1024 * 1024)
        .secrets(&[SIGNING_SECRET])
        .redact(SECRETS)
        .samples(SAMPLES)
        .docs(
            "https://docs.slack.dev/authentication/verifying-requests-from-slack",
            "2026-11",
        );

    type Payload = Payload;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        X_SLACK_SIGNATURE.verify(delivery, endpoint)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        X_SLACK_SIGNATURE.sign(delivery, endpoint)
    }

    /// Nothing, as what stands in an answer to a command or a form is shown to whoever sent it. The
    /// challenge goes back, and who waits for options is told that there are none.
    fn reply(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        match read::payload(delivery) {
            Ok(Payload::Challenge(challenge)) => Reply::text(challenge),
            Ok(Payload::Interaction(raw)) if interaction::asks_for_options(&raw) => {
                Reply::json(r#"{"options":[]}"#)
            }
            _ => Reply::ok(),
        }
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        read::payload(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        match payload {
            Payload::Challenge(_) | Payload::SslCheck => Vec::new(),
            Payload::Event(raw) => vec![event::draft(raw)],
            Payload::Interaction(raw) => vec![interaction::draft(raw)],
            Payload::Command(raw) => vec![command::draft(raw)],
            Payload::Other(raw) => vec![event::unknown(raw)],
        }
    }
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new($name, include_bytes!(concat!("samples/", $name, ".json")))
    };
}

macro_rules! form_sample {
    ($name:literal) => {
        Sample::new($name, include_bytes!(concat!("samples/", $name, ".form")))
            .with(&[("content-type", "application/x-www-form-urlencoded")])
    };
}

const SAMPLES: &[Sample] = &[
    sample!("message"),
    sample!("thread-reply"),
    sample!("file"),
    sample!("message-changed"),
    sample!("message-deleted"),
    sample!("mention"),
    sample!("reaction-added"),
    sample!("reaction-removed"),
    sample!("member-joined"),
    sample!("channel-renamed"),
    sample!("team-join"),
    sample!("app-uninstalled"),
    form_sample!("button"),
    form_sample!("modal"),
    form_sample!("shortcut"),
    form_sample!("command"),
];
