//! Both Kommunicate adapters against recorded and invented webhooks: what is accepted, and what
//! becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod events;
mod facts;
mod mutations;
mod roles;
mod tokens;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use switchboard_adapter_kommunicate as _; // Linked for its registration.
use switchboard_core::event::Origin;
use switchboard_core::{
    Adapter, BuildError, Delivery, Draft, Endpoint, Event, SecretRole, Timestamp, registrations,
};

/// The token of the vendor's page.
const SECRET: &str = "abcdef";

/// One minute after the first of the recorded webhooks.
const NOW: i64 = 1_764_000_060;

/// One of the two webhooks, by its adapter's name and the folder of its bodies.
#[derive(Clone, Copy, Debug)]
struct Dialect {
    name: &'static str,
    folder: &'static str,
}

const ACCOUNT: Dialect = Dialect {
    name: "kommunicate",
    folder: "account",
};
const BOT: Dialect = Dialect {
    name: "kommunicate-bot",
    folder: "bot",
};
const BOTH: [Dialect; 2] = [ACCOUNT, BOT];

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

    /// The adapter of a shop whose people are known.
    fn adapter(self) -> Box<dyn Adapter> {
        self.adapter_with(&json!({"agents": ["maria@example.test"], "bots": ["helper-bot"]}))
    }

    fn role(self) -> SecretRole {
        self.adapter().descriptor().secrets[0]
    }

    fn endpoint(self) -> Endpoint {
        Endpoint::fixed(NOW).with_secret_text(self.role(), SECRET)
    }

    fn fixture(self, name: &str) -> PathBuf {
        fixture(self.folder).join(name)
    }

    /// Every body that there is, fixtures and samples, by its name.
    fn bodies(self) -> Vec<(String, Vec<u8>)> {
        let mut bodies: Vec<_> = fs::read_dir(self.fixture(""))
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
            .collect();
        let adapter = self.adapter();
        let samples = adapter.descriptor().samples.iter();
        bodies.extend(
            samples.map(|sample| (format!("sample-{}", sample.name), sample.body.to_vec())),
        );
        bodies.sort();
        bodies
    }

    fn decode(self, body: impl Into<Vec<u8>>) -> Vec<Draft> {
        self.adapter().decode(&Delivery::post(body.into())).unwrap()
    }

    fn decode_json(self, body: &Value) -> Draft {
        let mut drafts = self.decode(body.to_string());
        assert_eq!(drafts.len(), 1, "{body}");
        drafts.remove(0)
    }

    /// What the pipeline makes of the drafts of one delivery.
    fn stamp(self, drafts: Vec<Draft>) -> Vec<Event> {
        let origin = Origin {
            adapter: self.adapter().descriptor(),
            endpoint: "support",
            account: None,
            scheme: "token",
            delivery: "delivery",
            recorded: Timestamp::from_seconds(NOW).unwrap(),
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
