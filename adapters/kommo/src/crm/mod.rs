//! Account-level and digital pipeline webhooks: what happens to leads, contacts and the rest.
//!
//! Nobody signs them, and one request may tell of many things.

mod divide;
mod fields;
mod happening;
mod key;
mod message;
mod normalize;
mod payload;
mod pins;
mod read;
mod record;
mod template;
mod tree;

use std::time::Duration;

use serde::Deserialize;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Redelivery, Sample,
    Verified, VerifyError, register_adapter,
};

pub use payload::Payload;
use pins::Pins;

register_adapter!(KommoCrm);

/// Kommo's CRM webhooks, and an endpoint's options.
///
/// Nobody signs them, so an endpoint is taken unsigned, behind a path token. By [Kommo's page on
/// webhooks][page], read in November 2026.
///
/// | option | default | |
/// |---|---|---|
/// | `account_id` | any | refuses what is by another account, or does not say by which |
/// | `subdomain` | any | the same, by the account's subdomain |
///
/// [page]: https://developers.kommo.com/docs/webhooks-general
///
/// ```
/// use serde_json::json;
/// use switchboard_adapter_kommo::crm::{KommoCrm, Payload};
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Nobody signs it: the endpoint has a path token, and may be for one account alone.
/// let endpoint = Endpoint::fixed(1_764_000_000).unsigned();
/// let moved = KommoCrm::DESCRIPTOR.samples[0].delivery();
/// let kommo: KommoCrm = serde_json::from_value(json!({"account_id": "31000042"}))?;
/// assert_eq!(kommo.verify(&moved, &endpoint).await?.scheme, "unsigned");
/// let other: KommoCrm = serde_json::from_value(json!({"account_id": "31000043"}))?;
/// assert!(other.verify(&moved, &endpoint).await.is_err());
///
/// let payload: Payload = kommo.parse(&moved)?;
/// let drafts = kommo.normalize(payload);
/// assert_eq!(drafts[0].data.kind(), "lead.status_changed");
/// let Data::Entity(_, lead) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(lead.entity.id, "7001");
/// assert!(lead.changes.contains_key("status_id"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct KommoCrm(Pins);

impl ProviderAdapter for KommoCrm {
    const DESCRIPTOR: Descriptor = Descriptor::new("kommo-crm", "Kommo CRM")
        .answers_within(2, ATTEMPTS)
        .max_body(1024 * 1024)
        .unsigned()
        .samples(SAMPLES)
        .docs(
            "https://developers.kommo.com/docs/webhooks-general",
            "2026-11",
        );

    type Payload = Payload;

    async fn verify(
        &self,
        delivery: &Delivery,
        _endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        self.0.check(delivery)?;
        Ok(Verified::unsigned())
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        read::payload(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        normalize::drafts(payload)
    }
}

/// At once, then after 5, 15, 15 and 60 minutes.
const ATTEMPTS: Redelivery = Redelivery::Retries {
    attempts: 5,
    within: Duration::from_secs(95 * 60),
};

macro_rules! sample {
    ($name:literal, $request:literal) => {
        Sample::new($name, include_bytes!(concat!("samples/", $name, ".form"))).with(&[
            ("content-type", "application/x-www-form-urlencoded"),
            ("user-agent", "amoCRM-Webhooks/3.0"),
            ("x-amocrm-requestid", $request),
        ])
    };
}

const SAMPLES: &[Sample] = &[
    sample!("lead-status", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a01"),
    sample!("leads-added", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a02"),
    sample!("lead-deleted", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a03"),
    sample!("lead-note", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a04"),
    sample!("company-assigned", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a05"),
    sample!("task-closed", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a06"),
    sample!(
        "incoming-lead-accepted",
        "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a07"
    ),
    sample!("message", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a08"),
    sample!("reply", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a09"),
    sample!("talk-closed", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a0a"),
    sample!("template-review", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a0b"),
    sample!("pipeline-status", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a0c"),
    sample!("pipeline-call", "2c1e9d0a-5a63-4a0e-9c57-0d3f4b8e6a0d"),
];
