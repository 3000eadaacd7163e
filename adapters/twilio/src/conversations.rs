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
