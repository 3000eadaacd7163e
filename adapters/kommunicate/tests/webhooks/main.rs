//! Both Kommunicate adapters against recorded and invented webhooks: what is accepted, and what
//! becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod conformance;
mod events;
mod mutations;
mod roles;
mod tokens;

use serde_json::{Value, json};
use switchboard_adapter_kommunicate as _; // Linked for its registration.
use switchboard_core::{Adapter, BuildError, Delivery, Draft, Endpoint, SecretRole, registrations};

/// The token of the vendor's page.
const SECRET: &str = "abcdef";

/// One minute after the first of the recorded webhooks.
const NOW: i64 = 1_764_000_060;

/// One of the two webhooks, by its adapter's name.
#[derive(Clone, Copy, Debug)]
struct Dialect(&'static str);

const ACCOUNT: Dialect = Dialect("kommunicate");
const BOT: Dialect = Dialect("kommunicate-bot");
const BOTH: [Dialect; 2] = [ACCOUNT, BOT];

impl Dialect {
    fn build(self, options: &Value) -> Result<Box<dyn Adapter>, BuildError> {
        let linked = registrations();
        let registration = linked
            .iter()
            .find(|registration| registration.descriptor.name == self.0);
        registration.unwrap().build(options)
    }

    fn adapter_with(self, options: &Value) -> Box<dyn Adapter> {
        self.build(options).unwrap()
    }

    /// The adapter of a shop whose people are known.
    fn adapter(self) -> Box<dyn Adapter> {
        self.adapter_with(&people())
    }

    fn role(self) -> SecretRole {
        self.adapter().descriptor().secrets[0]
    }

    fn endpoint(self) -> Endpoint {
        Endpoint::fixed(NOW).with_secret_text(self.role(), SECRET)
    }

    fn decode(self, body: impl Into<Vec<u8>>) -> Vec<Draft> {
        self.adapter().decode(&Delivery::post(body.into())).unwrap()
    }

    fn decode_json(self, body: &Value) -> Draft {
        let mut drafts = self.decode(body.to_string());
        assert_eq!(drafts.len(), 1, "{body}");
        drafts.remove(0)
    }
}

/// The options of a shop that tells its agents and bots.
fn people() -> Value {
    json!({"agents": ["maria@example.test"], "bots": ["helper-bot"]})
}
