//! Both Discord adapters against invented calls: what is accepted, what is answered, and what becomes
//! of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod conformance;
mod events;
mod interactions;
mod signatures;

use serde_json::{Value, json};
use switchboard_adapter_discord as _; // Linked for its registration.
use switchboard_core::{Adapter, BuildError, Delivery, Draft, Endpoint, SecretRole, registrations};

/// The first key pair of RFC 8032, section 7.1.
const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const PRIVATE: &str = "private:9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

/// When the captured calls were signed.
const SIGNED: i64 = 1_700_000_000;

const ROLE: SecretRole = SecretRole::text("public_key", "a test's");

/// One of the two dialects, by its adapter's name.
#[derive(Clone, Copy, Debug)]
struct Dialect(&'static str);

const INTERACTIONS: Dialect = Dialect("discord-interactions");
const EVENTS: Dialect = Dialect("discord-events");
const BOTH: [Dialect; 2] = [INTERACTIONS, EVENTS];

impl Dialect {
    fn build(self, options: &Value) -> Result<Box<dyn Adapter>, BuildError> {
        let linked = registrations();
        let registration = linked.iter().find(|it| it.descriptor.name == self.0);
        registration.unwrap().build(options)
    }

    fn adapter(self) -> Box<dyn Adapter> {
        self.build(&json!({})).unwrap()
    }

    /// The one draft that `body` becomes.
    fn told(self, body: &Value) -> Draft {
        let delivery = Delivery::post(body.to_string());
        let mut drafts = self.adapter().decode(&delivery).unwrap();
        assert_eq!(drafts.len(), 1, "{body}");
        drafts.remove(0)
    }
}

fn endpoint(key: &str) -> Endpoint {
    Endpoint::fixed(SIGNED).with_secret_text(ROLE, key)
}
