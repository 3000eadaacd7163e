//! The webhooks of Twilio Conversations: an account's, a service's, or a conversation's own.

use serde::Deserialize;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Redelivery, Sample,
    Verified, VerifyError, register_adapter,
};

use crate::normalize;
use crate::payload::Payload;
use crate::signature::{self, AUTH_TOKEN};

register_adapter!(TwilioConversations);

/// Twilio Conversations' webhooks. An endpoint has no options.
///
/// Signed by HMAC-SHA1 of the URL and the form's pairs, without a time. By [Twilio's page on
/// Conversations][page], read in November 2026.
///
/// [page]: https://www.twilio.com/docs/conversations/conversations-webhooks
///
/// ```
/// use switchboard_adapter_twilio::conversations::TwilioConversations;
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let twilio = TwilioConversations {};
/// let token = TwilioConversations::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(token, "an invented token");
///
/// let sample = TwilioConversations::DESCRIPTOR.samples[0].delivery();
/// let sms = sample.to("https://hooks.example.com/in/conversations");
/// let signed = twilio.sign(&sms, &endpoint).ok_or("no token")?;
/// assert_eq!(twilio.verify(&signed, &endpoint).await?.scheme, "hmac-sha1");
/// assert!(twilio.reply(&signed, &endpoint).body().is_empty());
///
/// let drafts = twilio.normalize(twilio.parse(&signed)?);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(message.conversation.channel.as_deref(), Some("sms"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioConversations {}

impl ProviderAdapter for TwilioConversations {
    const DESCRIPTOR: Descriptor = Descriptor::new("twilio-conversations", "Twilio Conversations")
        .methods(&["GET", "POST"])
        .answers_within(5, Redelivery::Never)
        .secrets(&[AUTH_TOKEN])
        .samples(SAMPLES)
        .docs(
            "https://www.twilio.com/docs/conversations/conversations-webhooks",
            "2026-11",
        );

    type Payload = Payload;

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

    // The reply is the default, 200 without a body: a webhook before an action lets it happen so.

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        Payload::read(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        normalize::drafts(payload)
    }
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("samples/conversations/", $name, ".form")),
        )
        .with(&[(
            "content-type",
            "application/x-www-form-urlencoded; charset=utf-8",
        )])
    };
}

const SAMPLES: &[Sample] = &[
    sample!("message-sms"),
    sample!("message-chat"),
    sample!("message-picture"),
    sample!("message-updated"),
    sample!("message-removed"),
    sample!("delivered"),
    sample!("conversation-added"),
    sample!("conversation-closed"),
    sample!("participant-added"),
];
