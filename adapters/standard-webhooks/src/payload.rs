//! What a webhook says: a body as the specification recommends it, or any other bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use switchboard_core::mapping::Scope;
use switchboard_core::{DedupKey, Delivery, Draft};

use crate::StandardWebhooks;
use crate::family::Family;

/// A webhook: its body as JSON, and the delivery for what stands in its headers. What
/// [`StandardWebhooks`] parses.
#[derive(Clone, Debug)]
pub struct Payload {
    body: Value,
    delivery: Delivery,
}

impl Payload {
    /// Total, as the specification leaves the body to the sender: what is no JSON is a text, and
    /// what is no text is `{"base64": "..", "text": ".."}`, that with replacements.
    pub(crate) fn of(delivery: &Delivery) -> Self {
        let bytes = &*delivery.body;
        let body = serde_json::from_slice(bytes).unwrap_or_else(|_| match str::from_utf8(bytes) {
            Ok(text) => Value::from(text),
            Err(_) => json!({
                "base64": STANDARD.encode(bytes),
                "text": String::from_utf8_lossy(bytes),
            }),
        });
        Self {
            body,
            delivery: delivery.clone(),
        }
    }

    /// What happened, by the id that stays the same however often a webhook is sent.
    pub(crate) fn draft(&self, options: &StandardWebhooks) -> Draft {
        let scope = Scope::of(&self.body, &self.delivery);
        let kind = scope.text(&options.kind);
        let id = Family::of(&self.delivery).id(&self.delivery);
        let key = id.map_or(DedupKey::None, |id| DedupKey::provider([id]));
        let kind = kind.as_deref().unwrap_or("unknown");
        options
            .map
            .draft(kind, &scope, key)
            .time(scope.time(&options.time))
            .account(scope.text(&options.account))
    }
}
