//! {{title}} webhooks for Switchboard.
//!
//! The crate begins with a provider that signs the body by HMAC-SHA256 in hex and sends one JSON
//! object a call. Make it {{title}}'s, from the vendor's page: first the samples and fixtures, then
//! what the tests ask for.

mod normalize;
mod payload;

use serde::Deserialize;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, HmacScheme, Kept, ParseError, ProviderAdapter,
    Redelivery, Sample, SecretRole, Verified, VerifyError, register_adapter,
};

use payload::Hook;

register_adapter!({{type}});

/// What an endpoint's `secrets` are, and where an operator finds them.
const SECRET: SecretRole = SecretRole::text("secret", "{{title}} > Settings > Webhooks");

static SIGNATURE: HmacScheme = HmacScheme::sha256(SECRET, "x-{{name}}-signature");

/// The adapter. Its fields are the options of an endpoint; this one has none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct {{type}} {}

impl ProviderAdapter for {{type}} {
    const DESCRIPTOR: Descriptor = Descriptor::new("{{name}}", "{{title}}")
        .secrets(&[SECRET])
        .answers_within(5, Redelivery::Unknown)
        .docs("https://example.com/webhooks", "2026-11")
        .samples(&[
            Sample::new("message", include_bytes!("../samples/message.json")),
            Sample::new("unknown", include_bytes!("../samples/unknown.json")),
        ]);

    type Payload = Kept<Hook>;

    /// Proves on the raw bytes who calls, and does nothing else.
    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        SIGNATURE.verify(delivery, endpoint)
    }

    /// Signs as the provider does, for `switchboard trigger`, `switchboard demo` and the tests.
    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        SIGNATURE.sign(delivery, endpoint)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Kept<Hook>, ParseError> {
        delivery.json()
    }

    fn normalize(&self, hook: Kept<Hook>) -> Vec<Draft> {
        vec![normalize::draft(hook)]
    }
}
