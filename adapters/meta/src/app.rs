//! The webhook of a Meta app, whichever of its products it is configured for.

use std::time::Duration;

use serde::Deserialize;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, Preflight, ProviderAdapter, Redelivery,
    Verified, VerifyError, register_adapter,
};

use crate::handshake::{self, VERIFY_TOKEN};
use crate::payload::Payload;
use crate::samples::SAMPLES;
use crate::signature::{self, APP_SECRET};
use crate::{batch, normalize};

register_adapter!(Meta);

/// The webhook of a Meta app. An endpoint has no options.
///
/// Signed by HMAC-SHA256 of the body, without a time. By [Meta's page on webhooks][page], read in November
/// 2026.
///
/// [page]: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
///
/// ```
/// use switchboard_adapter_meta::Payload;
/// use switchboard_adapter_meta::app::Meta;
/// use switchboard_core::{Data, Delivery, Endpoint, Preflight, ProviderAdapter as _, Reply};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let meta = Meta {};
/// let [app_secret, verify_token] = [0, 1].map(|place| Meta::DESCRIPTOR.secrets[place]);
/// let endpoint = Endpoint::fixed(1_764_000_000)
///     .with_secret_text(app_secret, "an invented secret")
///     .with_secret_text(verify_token, "an-invented-token");
///
/// // First Meta asks whether anybody is there, and signs nothing.
/// let mut asked = Delivery::post("")
///     .to("/in/meta?hub.mode=subscribe&hub.verify_token=an-invented-token&hub.challenge=1158");
/// asked.method = http::Method::GET;
/// assert_eq!(meta.preflight(&asked, &endpoint), Preflight::Reply(Reply::text("1158")));
///
/// let text = Meta::DESCRIPTOR.samples[0].delivery();
/// let signed = meta.sign(&text, &endpoint).ok_or("no secret")?;
/// assert_eq!(meta.verify(&signed, &endpoint).await?.scheme, "hmac-sha256");
/// let payload: Payload = meta.parse(&signed)?;
/// let drafts = meta.normalize(payload);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(message.conversation.channel.as_deref(), Some("whatsapp"));
/// assert_eq!(message.actor.name.as_deref(), Some("Lea Muster"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {}

impl ProviderAdapter for Meta {
    const DESCRIPTOR: Descriptor = Descriptor::new("meta", "Meta (WhatsApp, Messenger, Instagram)")
        .methods(&["GET", "POST"])
        .answers_within(5, REDELIVERY)
        // WhatsApp's payloads have up to 3 MB.
        .max_body(4 * 1024 * 1024)
        .secrets(&[APP_SECRET, VERIFY_TOKEN])
        .samples(SAMPLES)
        .docs(
            "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
            "2026-11",
        );

    type Payload = Payload;

    fn preflight(&self, delivery: &Delivery, endpoint: &Endpoint) -> Preflight {
        handshake::answer(delivery, endpoint)
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

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        Ok(Payload(batch::notices(delivery.json()?)))
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        payload.0.into_iter().flat_map(normalize::drafts).collect()
    }
}

/// "We will immediately try again, then try a few more times with decreasing frequency over the next
/// 36 hours": at least four in all. WhatsApp goes on for up to 7 days.
const REDELIVERY: Redelivery = Redelivery::Retries {
    attempts: 4,
    within: Duration::from_secs(36 * 60 * 60),
};
