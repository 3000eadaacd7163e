//! The Chatwoot adapters against recorded and invented webhooks: what is accepted, and what becomes
//! of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod conformance;
mod events;
mod interactions;
mod keys;
mod mutations;
mod people;
mod refusals;
mod signatures;
mod unsigned;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use switchboard_adapter_chatwoot as _; // Linked for its registration.
use switchboard_core::event::{Message, Origin};
use switchboard_core::{
    Adapter, BuildError, Data, Delivery, Draft, Endpoint, Event, SecretRole, Timestamp,
    registrations,
};

/// The secret of the recorded webhooks, and when they were signed.
const SECRET: &str = "cwsec_8Jx2Qm7VtR4nB6yL";
const SIGNED: i64 = 1_764_000_000;

const DELIVERY: &str = "x-chatwoot-delivery";
const DELIVERY_ID: &str = "9c2d7f3b-8e1a-4c60-b7e2-d91d8f2a7c35";

/// One of the adapters, by its name.
#[derive(Clone, Copy, Debug)]
struct Dialect(&'static str);

const ACCOUNT: Dialect = Dialect("chatwoot");
const BOT: Dialect = Dialect("chatwoot-bot");
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

    fn adapter(self) -> Box<dyn Adapter> {
        self.adapter_with(&json!({}))
    }

    fn role(self) -> SecretRole {
        self.adapter().descriptor().secrets[0]
    }

    /// The endpoint of the recorded webhooks, `seconds` after they were signed.
    fn endpoint_after(self, seconds: i64) -> Endpoint {
        Endpoint::fixed(SIGNED + seconds).with_secret_text(self.role(), SECRET)
    }

    fn endpoint(self) -> Endpoint {
        self.endpoint_after(0)
    }

    fn decode(self, body: impl Into<Vec<u8>>) -> Vec<Draft> {
        let delivery = Delivery::post(body.into()).with(DELIVERY, DELIVERY_ID);
        self.adapter().decode(&delivery).unwrap()
    }

    fn decode_json(self, body: &Value) -> Vec<Draft> {
        self.decode(body.to_string())
    }

    /// What the pipeline makes of the drafts of one delivery.
    fn stamp(self, drafts: Vec<Draft>) -> Vec<Event> {
        let origin = Origin {
            adapter: self.adapter().descriptor(),
            endpoint: "support",
            account: None,
            scheme: "hmac-sha256",
            delivery: "delivery",
            recorded: Timestamp::from_seconds(SIGNED).unwrap(),
        };
        drafts
            .into_iter()
            .enumerate()
            .map(|(position, draft)| Event::stamp(draft, &origin, position))
            .collect()
    }
}

/// A file beside the captured requests.
fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    fs::read(folder.join(name)).unwrap()
}

/// The body of a captured request.
fn body(name: &str) -> Vec<u8> {
    let request = fixture(&format!("{name}.http"));
    let end = request.windows(2).position(|window| window == b"\n\n");
    request[end.unwrap() + 2..].to_vec()
}

/// The message that `hook` tells first.
fn message(hook: &Value) -> Message {
    match ACCOUNT.decode_json(hook).remove(0).data {
        Data::Message(_, message) => *message,
        other => panic!("{hook} became {other:?}"),
    }
}

/// What `drafts` tell, in their order.
fn kinds(drafts: &[Draft]) -> Vec<String> {
    let kind = |draft: &Draft| match &draft.data {
        Data::Unknown(unknown) => format!("provider.event {}", unknown.kind),
        data => data.kind().to_owned(),
    };
    drafts.iter().map(kind).collect()
}
