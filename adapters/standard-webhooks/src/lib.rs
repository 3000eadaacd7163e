//! Standard Webhooks and Svix for Switchboard: whoever signs as the specification says, by a shared
//! secret (`v1`) or by a key pair (`v1a`).
//!
//! The specification says how a webhook is signed and recommends what is in it. A body as it
//! recommends is told by its type; what a type means, only an operator can say.

mod ed25519;
mod family;
mod payload;
mod proof;

use serde::Deserialize;
use switchboard_core::mapping::{Mapping, Places};
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, Misfit, ParseError, ProviderAdapter, Redelivery, Sample,
    Verified, VerifyError, register_adapter,
};

pub use self::payload::Payload;
use self::proof::{PUBLIC_KEY, SECRET, Tolerance};

register_adapter!(StandardWebhooks);

/// Webhooks of the Standard Webhooks specification, and an endpoint's options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardWebhooks {
    /// How far the signed time may be from ours, either way.
    #[serde(default)]
    tolerance_seconds: Tolerance,
    /// Where the sender's name for what happened stands.
    #[serde(default = "recommended::kind")]
    kind: Places,
    /// Where its time stands.
    #[serde(default = "recommended::time")]
    time: Places,
    /// Where the sender's account stands.
    #[serde(default)]
    account: Places,
    /// Which of the sender's kinds are ours.
    #[serde(default)]
    map: Mapping,
}

impl ProviderAdapter for StandardWebhooks {
    const DESCRIPTOR: Descriptor = Descriptor::new("standard-webhooks", "Standard Webhooks")
        // What is recommended to senders: 15 to 30 s, and to send again for some days.
        .answers_within(15, Redelivery::Unknown)
        .max_body(1024 * 1024)
        .secrets(&[SECRET, PUBLIC_KEY])
        .samples(SAMPLES)
        .docs(
            "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
            "2026-11",
        );

    type Payload = Payload;

    fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit> {
        proof::check(endpoint)
    }

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        proof::verify(delivery, endpoint, self.tolerance_seconds)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        proof::sign(delivery, endpoint, self.tolerance_seconds)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        Ok(Payload::of(delivery))
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        vec![payload.draft(self)]
    }
}

/// Where the specification recommends to put things.
mod recommended {
    use switchboard_core::mapping::{Place, Places};

    pub(super) fn kind() -> Places {
        at("/type")
    }

    pub(super) fn time() -> Places {
        at("/timestamp")
    }

    fn at(pointer: &str) -> Places {
        let place = Place::try_from(pointer.to_owned());
        place.expect("it is a pointer").into()
    }
}

macro_rules! sample {
    ($name:literal, $id:literal) => {
        Sample::new($name, include_bytes!(concat!("samples/", $name, ".json")))
            .with(&[("content-type", "application/json"), ("webhook-id", $id)])
    };
}

const SAMPLES: &[Sample] = &[
    sample!("contact-created", "msg_2fGvS0vS7mC9yq3nWc5xT1aLzQb"),
    sample!("message-received", "msg_2fGvS0vS7mC9yq3nWc5xT1aLzQc"),
    sample!("thin", "msg_2fGvS0vS7mC9yq3nWc5xT1aLzQd"),
    sample!("without-type", "msg_2fGvS0vS7mC9yq3nWc5xT1aLzQe"),
];
