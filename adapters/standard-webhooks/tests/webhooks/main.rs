//! The adapter against public vectors, vectors of our own, and invented webhooks.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;
mod events;
mod proofs;
mod vectors;

use serde_json::{Value, json};
use switchboard_adapter_standard_webhooks::StandardWebhooks;
use switchboard_core::{
    Adapter, BuildError, Delivery, Endpoint, ProviderAdapter as _, Registration, SecretRole,
};

const NOW: i64 = 1_764_000_000;

/// A secret of 24 bytes.
const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

/// The first key pair of RFC 8032, section 7.1.
const PUBLIC_KEY: &str = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

fn role(name: &str) -> SecretRole {
    let roles = StandardWebhooks::DESCRIPTOR.secrets;
    *roles.iter().find(|role| role.name == name).unwrap()
}

fn build(options: &Value) -> Result<Box<dyn Adapter>, BuildError> {
    Registration::of::<StandardWebhooks>("test").build(options)
}

fn adapter() -> Box<dyn Adapter> {
    build(&json!({})).unwrap()
}

fn endpoint(now: i64, secrets: &[(&str, &str)]) -> Endpoint {
    let bare = Endpoint::fixed(now);
    secrets.iter().fold(bare, |endpoint, (name, text)| {
        endpoint.with_secret_text(role(name), text)
    })
}

/// A delivery of these headers, in the specification's family or in Svix's.
fn delivery(family: &str, id: &str, timestamp: &str, signature: &str, body: &[u8]) -> Delivery {
    Delivery::post(body.to_vec())
        .with(&format!("{family}-id"), id)
        .with(&format!("{family}-timestamp"), timestamp)
        .with(&format!("{family}-signature"), signature)
}
