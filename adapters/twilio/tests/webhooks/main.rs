//! The Twilio adapters against recorded and invented webhooks: what is accepted, and what becomes of
//! it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod conformance;
mod events;
mod signatures;
mod urls;

use serde_json::{Value, json};
use switchboard_adapter_twilio as _; // Linked for its registration.
use switchboard_core::{Adapter, BuildError, Delivery, Draft, Endpoint, SecretRole, registrations};

/// The token of the recorded webhooks.
const TOKEN: &str = "c3f1a7e95b2d4860917c8e6f5a4b3d2c";

const FORM: &str = "application/x-www-form-urlencoded";

fn build(name: &str, options: &Value) -> Result<Box<dyn Adapter>, BuildError> {
    let linked = registrations();
    let registration = linked.iter().find(|linked| linked.descriptor.name == name);
    registration.unwrap().build(options)
}

fn twilio() -> Box<dyn Adapter> {
    build("twilio", &json!({})).unwrap()
}

fn auth_token() -> SecretRole {
    twilio().descriptor().secrets[0]
}

fn endpoint(token: &str) -> Endpoint {
    Endpoint::fixed(1_764_000_000).with_secret_text(auth_token(), token)
}

/// A form of these pairs, none of which needs an escape.
fn form(pairs: &[(&str, &str)]) -> Delivery {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Delivery::post(pairs.join("&")).with("content-type", FORM)
}

fn decode(pairs: &[(&str, &str)]) -> Vec<Draft> {
    twilio().decode(&form(pairs)).unwrap()
}
