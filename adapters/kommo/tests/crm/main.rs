//! Kommo's CRM webhooks, recorded and invented: what is taken, and what becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;
mod events;
mod hostile;
mod keys;
mod odd_pairs;
mod pins;
mod request;

use std::fs;

use serde_json::{Value, json};
use switchboard_adapter_kommo as _; // Linked for its registration.
use switchboard_core::event::Origin;
use switchboard_core::{Adapter, Delivery, Draft, Event, Timestamp, registrations};

use request::{fixture, request};

/// Three seconds after most of them happened.
const NOW: i64 = 1_764_000_003;

fn adapter_with(options: &Value) -> Box<dyn Adapter> {
    let linked = registrations();
    let kommo = linked
        .iter()
        .find(|registration| registration.descriptor.name == "kommo-crm");
    kommo.unwrap().build(options).unwrap()
}

fn adapter() -> Box<dyn Adapter> {
    adapter_with(&json!({}))
}

/// Every request that there is, fixtures and samples, by its name.
fn requests() -> Vec<(String, Delivery)> {
    let mut requests: Vec<_> = fs::read_dir(fixture(""))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "http")
        })
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let delivery = request(&name);
            (name, delivery)
        })
        .collect();
    let samples = adapter().descriptor().samples.iter();
    requests.extend(samples.map(|sample| (format!("sample-{}", sample.name), sample.delivery())));
    requests.sort_by(|(one, _), (other, _)| one.cmp(other));
    requests
}

fn decode(delivery: &Delivery) -> Vec<Draft> {
    adapter().decode(delivery).unwrap()
}

fn form(body: &str) -> Delivery {
    Delivery::post(body.to_owned()).with("x-amocrm-requestid", "r-1")
}

/// What the pipeline makes of the drafts of one delivery.
fn stamp(drafts: Vec<Draft>) -> Vec<Event> {
    let origin = Origin {
        adapter: adapter().descriptor(),
        endpoint: "support",
        account: None,
        scheme: "unsigned",
        delivery: "delivery",
        recorded: Timestamp::from_seconds(NOW).unwrap(),
    };
    drafts
        .into_iter()
        .enumerate()
        .map(|(position, draft)| Event::stamp(draft, &origin, position))
        .collect()
}
