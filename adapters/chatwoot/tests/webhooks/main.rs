//! The Chatwoot adapters against recorded and invented webhooks: what is accepted, and what becomes
//! of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod events;
mod facts;
mod interactions;
mod keys;
mod mutations;
mod people;
mod refusals;
mod signatures;
mod unsigned;

use std::fs;
use std::path::{Path, PathBuf};

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

/// One of the adapters, by its name and the folder of its bodies.
#[derive(Clone, Copy, Debug)]
struct Dialect {
    name: &'static str,
    folder: &'static str,
}

const ACCOUNT: Dialect = Dialect {
    name: "chatwoot",
    folder: "account",
};
const BOT: Dialect = Dialect {
    name: "chatwoot-bot",
    folder: "bot",
};
const UNSIGNED: Dialect = Dialect {
    name: "chatwoot-unsigned",
    folder: "unsigned",
};
const ALL: [Dialect; 3] = [ACCOUNT, BOT, UNSIGNED];
const SIGNING: [Dialect; 2] = [ACCOUNT, BOT];

impl Dialect {
    fn build(self, options: &Value) -> Result<Box<dyn Adapter>, BuildError> {
        let linked = registrations();
        let registration = linked
            .iter()
            .find(|registration| registration.descriptor.name == self.name);
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

    fn fixture(self, name: &str) -> PathBuf {
        fixture(self.folder).join(name)
    }

    fn body(self, name: &str) -> Vec<u8> {
        fs::read(self.fixture(&format!("{name}.body"))).unwrap()
    }

    /// Every recorded and invented body, by its name.
    fn fixtures(self) -> Vec<(String, Vec<u8>)> {
        fs::read_dir(self.fixture(""))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "body")
            })
            .map(|path| {
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                (name, fs::read(path).unwrap())
            })
            .collect()
    }

    /// Every body that there is, fixtures and samples, by its name.
    fn bodies(self) -> Vec<(String, Vec<u8>)> {
        let mut bodies = self.fixtures();
        let adapter = self.adapter();
        let samples = adapter.descriptor().samples.iter();
        bodies.extend(
            samples.map(|sample| (format!("sample-{}", sample.name), sample.body.to_vec())),
        );
        bodies.sort();
        bodies
    }

    /// `body` as Chatwoot sends it: with a delivery id where it signs, without elsewhere.
    fn delivery(self, body: impl Into<Vec<u8>>) -> Delivery {
        let bare = Delivery::post(body.into());
        match self.folder {
            "unsigned" => bare,
            _ => bare.with(DELIVERY, DELIVERY_ID),
        }
    }

    fn decode(self, body: impl Into<Vec<u8>>) -> Vec<Draft> {
        self.adapter().decode(&self.delivery(body)).unwrap()
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

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
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
