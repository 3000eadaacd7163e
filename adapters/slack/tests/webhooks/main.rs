//! Slack's adapter against invented calls: what is accepted, what is answered, and what becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod conformance;
mod events;
mod signatures;

use serde_json::{Value, json};
use switchboard_adapter_slack as _; // Linked for its registration.
use switchboard_core::{Adapter, Delivery, Draft, Endpoint, SecretRole, registrations};

/// The secret of the vendor's page on signatures.
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// When the call on that page was signed.
const SIGNED: i64 = 1_531_420_618;

const ROLE: SecretRole = SecretRole::text("signing_secret", "a test's");

fn adapter() -> Box<dyn Adapter> {
    let linked = registrations();
    let slack = linked.iter().find(|it| it.descriptor.name == "slack");
    slack.unwrap().build(&json!({})).unwrap()
}

fn endpoint() -> Endpoint {
    Endpoint::fixed(SIGNED).with_secret_text(ROLE, SECRET)
}

/// The one draft that becomes of an event of this kind in an envelope.
fn told(event: &Value) -> Draft {
    let envelope = json!({
        "type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": "Ev1",
        "event_time": 1_764_000_000, "event": event,
        "authorizations": [
            {"user_id": "U0BOT", "is_bot": true}, {"user_id": "U0ANN", "is_bot": false},
        ],
    });
    one(&Delivery::post(envelope.to_string()))
}

fn one(delivery: &Delivery) -> Draft {
    let mut drafts = adapter().decode(delivery).unwrap();
    assert_eq!(drafts.len(), 1);
    drafts.remove(0)
}

fn form(pairs: &[(&str, &str)]) -> Delivery {
    let escape = |text: &str| -> String {
        let escaped = text.bytes().map(|byte| format!("%{byte:02X}"));
        escaped.collect()
    };
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value)));
    Delivery::post(pairs.collect::<Vec<_>>().join("&"))
}
