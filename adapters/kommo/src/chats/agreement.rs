//! A plain message is told as from a tree, whatever its fields hold.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use switchboard_core::{Delivery, ProviderAdapter as _};

use super::KommoChats;
use super::normalize::draft;
use super::read::{from_tree, plain};

/// A URL that names an account, for the bodies that do not.
const SCOPE: &str =
    "/in/support/f90ba33d-c9d9-44da-b76c-c349b0ecbe41_af9945ff-1490-4cad-807d-945c15d88bec";

#[test]
fn the_usual_messages_are_plain() {
    let samples = KommoChats::DESCRIPTOR.samples.iter();
    let plain = samples.filter(|sample| is_plain(sample.body));
    let plain: Vec<_> = plain.map(|sample| sample.name).collect();

    let usual = [
        "text",
        "picture-with-buttons",
        "list-message",
        "reply",
        "forward",
        "comment-reply",
        "write-first",
    ];
    assert_eq!(plain, usual);
}

#[test]
fn a_plain_message_is_told_as_from_a_tree() {
    let odd = [
        json!(null),
        json!(true),
        json!(7),
        json!(1.5),
        json!(1_763_971_299_000_u64),
        json!(""),
        json!("odd"),
        json!("1763971200"),
        json!([]),
        json!({}),
        json!(["odd"]),
        json!({"0": {}}),
        json!([[{"odd": true}], "odd"]),
        json!({"message": []}),
        json!({"timestamp": 7, "msec_timestamp": 8000}),
        json!({"messages": [{"timestamp": 7, "msec_timestamp": 8000}]}),
    ];
    let (mut plain, mut all) = (0, 0);
    let mut look = |body: String| {
        all += 1;
        plain += u32::from(is_plain(body.as_bytes()));
    };
    for body in bodies() {
        look(body.to_string());
        for path in paths(&body) {
            let (parent, name) = path.rsplit_once('/').unwrap();
            // Sets or removes a field of the object at `place`, where one is.
            let mut with = |place: &str, name: &str, value: Option<&Value>| {
                let mut body = body.clone();
                let Some(Value::Object(entries)) = body.pointer_mut(place) else {
                    return;
                };
                match value {
                    Some(value) => entries.insert(name.to_owned(), value.clone()),
                    None => entries.remove(name),
                };
                look(body.to_string().replace("twice:", ""));
            };
            with(parent, name, None);
            for odd in &odd {
                with(parent, name, Some(odd));
            }
            for odd in [&json!(7), &json!({"deep": [null]})] {
                with(parent, &format!("twice:{name}"), Some(odd));
                with(&path, "more", Some(odd));
            }
        }
    }

    assert!(all > 10_000, "{all}");
    assert!(plain > all / 5, "{plain} of {all}");
}

/// Whether `body` is a plain message; of one that is, a tree must tell the same.
fn is_plain(body: &[u8]) -> bool {
    let delivery = Delivery::post(body.to_vec()).to(SCOPE);
    let Some(plain) = plain(&delivery) else {
        return false;
    };
    let from_tree = from_tree(&delivery).ok().map(draft);
    assert_eq!(Some(draft(plain)), from_tree, "{:?}", delivery.text());
    true
}

/// The samples and every captured body.
fn bodies() -> Vec<Value> {
    let samples = KommoChats::DESCRIPTOR.samples;
    let samples = samples.iter().map(|sample| sample.body.to_vec());
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let paths = fs::read_dir(fixtures)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let captured = paths.filter(|path| path.extension().is_some_and(|it| it == "http"));
    let captured = captured.map(|path| {
        let request = fs::read(path).unwrap();
        let head = request.windows(2).position(|two| two == b"\n\n");
        request[head.unwrap() + 2..].to_vec()
    });
    let bodies: Vec<_> = samples
        .chain(captured)
        .filter_map(|body| serde_json::from_slice(&body).ok())
        .collect();
    assert!(bodies.len() > 60, "{}", bodies.len());
    bodies
}

/// The paths to all values within `value`.
fn paths(value: &Value) -> Vec<String> {
    let entries: Vec<(String, &Value)> = match value {
        Value::Object(entries) => entries.iter().map(|(key, it)| (key.clone(), it)).collect(),
        Value::Array(values) => values
            .iter()
            .enumerate()
            .map(|(at, it)| (at.to_string(), it))
            .collect(),
        _ => return Vec::new(),
    };
    let within = entries.into_iter().flat_map(|(step, value)| {
        let deeper = paths(value).into_iter();
        [format!("/{step}")]
            .into_iter()
            .chain(deeper.map(move |path| format!("/{step}{path}")))
    });
    within.collect()
}
