//! Chats API webhooks, v1 and v2: what agents say to customers through a chat channel of your own.
//!
//! Each is sent once and never again, whatever is answered.

#[cfg(test)]
mod agreement;
mod content;
mod message;
mod normalize;
mod payload;
mod read;

use serde::Deserialize;
use switchboard_core::read::Time;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, HmacScheme, ParseError, ProviderAdapter, Redelivery,
    Sample, SecretRole, Timestamp, Verified, VerifyError, register_adapter,
};

pub use payload::Payload;

register_adapter!(KommoChats);

/// One for all accounts that the channel is connected to: it does not tell them apart.
const CHANNEL_SECRET: SecretRole = SecretRole::text(
    "channel_secret",
    "The secret key Kommo support sent when it registered the channel",
);

/// Hex HMAC-SHA1 of the raw body; some senders leave newlines around it out.
static X_SIGNATURE: HmacScheme = HmacScheme::sha1(CHANNEL_SECRET, "x-signature").or_trimmed();

/// Kommo Chats, and an endpoint's options.
///
/// Signed by HMAC-SHA1 of the body. By [Kommo's page on chat webhooks][page], read in November 2026.
///
/// | option | default | |
/// |---|---|---|
/// | `max_age_seconds` | off | refuses what was signed longer ago; a day, 86400, is a sensible least |
///
/// [page]: https://developers.kommo.com/reference/receiving-chat-webhooks
///
/// ```
/// use serde_json::json;
/// use switchboard_adapter_kommo::chats::{KommoChats, Payload};
/// use switchboard_core::event::Intent;
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let kommo: KommoChats = serde_json::from_value(json!({"max_age_seconds": 86_400}))?;
/// let secret = KommoChats::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(secret, "an invented secret");
///
/// let text = KommoChats::DESCRIPTOR.samples[2].delivery();
/// let signed = kommo.sign(&text, &endpoint).ok_or("no secret")?;
/// assert_eq!(kommo.verify(&signed, &endpoint).await?.scheme, "hmac-sha1");
///
/// // What an agent says is to be brought to the customer.
/// let payload: Payload = kommo.parse(&signed)?;
/// let drafts = kommo.normalize(payload);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(message.intent, Intent::Deliver);
/// assert_eq!(message.recipients[0].external_id.as_deref(), Some("guest-17"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KommoChats {
    /// Refuses what was signed longer ago than this many seconds. Off by default: Kommo delays the
    /// webhooks of a slow receiver and never repeats one, so what is refused is lost to it.
    max_age_seconds: Option<u32>,
}

impl ProviderAdapter for KommoChats {
    const DESCRIPTOR: Descriptor = Descriptor::new("kommo-chats", "Kommo Chats")
        .answers_within(5, Redelivery::Never)
        .max_body(1024 * 1024)
        .secrets(&[CHANNEL_SECRET])
        .samples(SAMPLES)
        .docs(
            "https://developers.kommo.com/reference/receiving-chat-webhooks",
            "2026-11",
        );

    type Payload = Payload;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        let verified = X_SIGNATURE.verify(delivery, endpoint)?;
        let Some(max_age) = self.max_age_seconds else {
            return Ok(verified);
        };
        let Some(signed_at) = signed_at(delivery) else {
            return Ok(verified);
        };
        let age = endpoint.now().as_seconds() - signed_at.as_seconds();
        match age - i64::from(max_age) {
            excess @ 1.. => Err(VerifyError::stale(excess)),
            _ => Ok(verified.at(signed_at)),
        }
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        X_SIGNATURE.sign(delivery, endpoint)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        read::payload(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        vec![normalize::draft(payload)]
    }
}

/// The time that the body was signed with. The first v1 webhooks have none.
fn signed_at(delivery: &Delivery) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Signed {
        #[serde(default)]
        time: Time,
        #[serde(default)]
        msec_timestamp: Time,
    }

    let signed: Signed = delivery.json().ok()?;
    signed.time.or(signed.msec_timestamp).0
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new($name, include_bytes!(concat!("samples/", $name, ".json")))
    };
}

const SAMPLES: &[Sample] = &[
    sample!("v1-text"),
    sample!("v1-picture"),
    sample!("text"),
    sample!("picture-with-buttons"),
    sample!("list-message"),
    sample!("reply"),
    sample!("forward"),
    sample!("comment-reply"),
    sample!("write-first"),
    sample!("typing"),
    sample!("reaction"),
    sample!("reaction-removed"),
];
