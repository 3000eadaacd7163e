//! Telegram's adapter against invented updates: what is accepted, and what becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod conformance;
mod events;
mod people;

use serde_json::{Value, json};
use switchboard_adapter_telegram as _; // Linked for its registration.
use switchboard_core::{Adapter, Data, Delivery, Draft, Endpoint, SecretRole, registrations};

const SECRET: &str = "acme_Secret-Token_0001";

/// One minute after the first of the updates.
const NOW: i64 = 1_764_000_060;

const ROLE: SecretRole = SecretRole::text("secret_token", "a test's");

fn adapter() -> Box<dyn Adapter> {
    let linked = registrations();
    let telegram = linked.iter().find(|it| it.descriptor.name == "telegram");
    telegram.unwrap().build(&json!({})).unwrap()
}

fn endpoint() -> Endpoint {
    Endpoint::fixed(NOW).with_secret_text(ROLE, SECRET)
}

/// What becomes of an update whose `kind` is `what`.
fn told(kind: &str, what: &Value) -> Vec<Draft> {
    let update = json!({"update_id": 815, kind: what});
    adapter()
        .decode(&Delivery::post(update.to_string()))
        .unwrap()
}

/// The kinds of events, with the provider's word where they have none of their own.
fn kinds(drafts: &[Draft]) -> Vec<String> {
    let kind = |draft: &Draft| match &draft.data {
        Data::Unknown(unknown) => format!("provider.event {}", unknown.kind),
        data => data.kind().to_owned(),
    };
    drafts.iter().map(kind).collect()
}
