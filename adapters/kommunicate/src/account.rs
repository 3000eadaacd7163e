//! The account webhook: every message, of customers, agents and bots alike.

use serde::Deserialize;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Redelivery, Sample,
    Verified, VerifyError, register_adapter,
};

use crate::options::Options;
use crate::payload::Payload;
use crate::token::{self, TOKEN};
use crate::{normalize, read};

register_adapter!(Kommunicate);

/// Kommunicate's account webhook, and an endpoint's options.
///
/// Proven by a token, which covers neither body nor time. By [Kommunicate's page on webhooks][page], read
/// in November 2026.
///
/// | option | default | |
/// |---|---|---|
/// | `agents`, `bots` | nobody said | the user ids of all that speak for the business; who is on neither list is a customer where both are given |
/// | `accept_authorization` | `false` | takes the token from `Authorization` where there is no `Authentication` |
/// | `accept_bare_token` | `false` | takes the encoded token without `Basic` in front |
///
/// [page]: https://docs.kommunicate.io/docs/webhooks-configuration
///
/// ```
/// use serde_json::json;
/// use switchboard_adapter_kommunicate::Payload;
/// use switchboard_adapter_kommunicate::account::Kommunicate;
/// use switchboard_core::event::Role;
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // A webhook tells nothing of a user but the id: who is on neither list is a customer.
/// let options = json!({"agents": ["bob"], "bots": ["helper-bot"]});
/// let kommunicate: Kommunicate = serde_json::from_value(options)?;
/// let token = Kommunicate::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(token, "an invented token");
///
/// let text = Kommunicate::DESCRIPTOR.samples[0].delivery();
/// let proven = kommunicate.sign(&text, &endpoint).ok_or("no token")?;
/// assert_eq!(kommunicate.verify(&proven, &endpoint).await?.scheme, "token");
///
/// let payload: Payload = kommunicate.parse(&proven)?;
/// let drafts = kommunicate.normalize(payload);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!((message.actor.id.as_deref(), message.actor.role), (Some("lea"), Role::Contact));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Kommunicate(Options);

impl ProviderAdapter for Kommunicate {
    const DESCRIPTOR: Descriptor = Descriptor::new("kommunicate", "Kommunicate")
        .answers_within(5, Redelivery::Unknown)
        .max_body(1024 * 1024)
        .secrets(&[TOKEN])
        .or_unsigned()
        .samples(SAMPLES)
        .docs(
            "https://docs.kommunicate.io/docs/webhooks-configuration",
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

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        read::payload(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        vec![normalize::draft(payload, |id| self.0.role(id))]
    }
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("samples/account/", $name, ".json")),
        )
    };
}

const SAMPLES: &[Sample] = &[
    sample!("text"),
    sample!("picture"),
    sample!("agent-reply"),
    sample!("bot-buttons"),
];
