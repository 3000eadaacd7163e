//! A provider that signs what it sends, and when.

use serde::Deserialize;
use serde_json::Value;

use crate::core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, HmacScheme, ParseError, ProviderAdapter,
    Registration, Sample, SecretRole, Unit, Verified, VerifyError,
};

pub(super) const ACME: &Registration = &Registration::of::<Acme>("adapter-acme");

const SECRET: SecretRole = SecretRole::text("secret", "Settings > Webhooks");
const SAMPLES: &[Sample] = &[
    Sample::new("greeting", br#"{"text":"hello"}"#),
    Sample::new("question", br#"{"text":"how much?"}"#),
];

static SIGNATURE: HmacScheme = HmacScheme::sha256(SECRET, "x-acme-signature")
    .signs("{url}.{timestamp}.{body}")
    .timestamp("x-acme-time", Unit::Seconds, 300);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Acme {}

impl ProviderAdapter for Acme {
    const DESCRIPTOR: Descriptor = Descriptor::new("acme", "Acme")
        .secrets(&[SECRET])
        .samples(SAMPLES);

    type Payload = Value;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        SIGNATURE.verify(delivery, endpoint)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        SIGNATURE.sign(delivery, endpoint)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Value, ParseError> {
        delivery.json()
    }

    fn normalize(&self, payload: Value) -> Vec<Draft> {
        vec![Draft::unknown("words", payload, DedupKey::None)]
    }
}
