//! The adapter as its page configures it, against vectors of the senders and invented webhooks.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod challenges;
mod conformance;
mod options;
mod readme;
mod senders;
mod tokens;

use serde_json::Value;
use switchboard_adapter_generic::Generic;
use switchboard_core::{
    Adapter, BuildError, Delivery, Draft, Endpoint, ProviderAdapter as _, Registration, SecretRole,
};

const NOW: i64 = 1_764_000_000;

fn role(name: &str) -> SecretRole {
    let roles = Generic::DESCRIPTOR.secrets;
    *roles.iter().find(|role| role.name == name).unwrap()
}

fn build(options: &Value) -> Result<Box<dyn Adapter>, BuildError> {
    Registration::of::<Generic>("test").build(options)
}

fn endpoint(now: i64, secrets: &[(&str, &str)]) -> Endpoint {
    let bare = Endpoint::fixed(now);
    secrets.iter().fold(bare, |endpoint, (name, text)| {
        endpoint.with_secret_text(role(name), text)
    })
}

fn decode(options: &Value, delivery: &Delivery) -> Vec<Draft> {
    build(options).unwrap().decode(delivery).unwrap()
}
