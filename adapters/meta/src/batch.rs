//! From a body to its parts: `entry[]`, and in each of them `changes[]`, `messaging[]`, `standby[]`.
//!
//! Nothing is passed over: what is left of a level when its parts are taken out goes with the first
//! of them, and where there is none it is a part itself.

use serde_json::{Map, Value};
use switchboard_core::read::Time;

use crate::feed;
use crate::loose::{part, take_list, text};
use crate::messaging;
use crate::payload::{Notice, What};
use crate::place::{Network, Place};
use crate::whatsapp;

/// The fields under which Instagram tells of comments.
const COMMENTS: [&str; 2] = ["comments", "live_comments"];

/// What is called what nobody gave a name.
const UNKNOWN: &str = "unknown";

/// The parts of a body.
pub(crate) fn notices(mut body: Map<String, Value>) -> Vec<Notice> {
    let object = body.get("object").and_then(text);
    let place = Place {
        network: Network::of(object.as_deref()),
        ..Place::default()
    };
    let object = object.unwrap_or_else(|| UNKNOWN.to_owned());
    let entries = take_list(&mut body, "entry").into_iter();
    let notices = entries
        .flat_map(|raw| entry(&place, &object, raw))
        .collect();
    with_rest(notices, "body", body, &place, &object)
}

/// What is left of a level goes to its first part, or is one.
pub(crate) fn with_rest(
    mut notices: Vec<Notice>,
    level: &str,
    rest: Map<String, Value>,
    place: &Place,
    kind: &str,
) -> Vec<Notice> {
    match notices.first_mut() {
        Some(first) => first.around.keep(level, rest),
        None => notices.push(Notice::other(place, kind, rest)),
    }
    notices
}

fn entry(place: &Place, object: &str, raw: Value) -> Vec<Notice> {
    let Value::Object(mut entry) = raw else {
        return vec![Notice::other(place, object, raw)];
    };
    let mut place = place.clone();
    place.account = entry.get("id").and_then(text);
    place.sent = entry
        .get("time")
        .and_then(text)
        .map_or_else(Time::default, |time| Time::read(&time));

    let mut notices = Vec::new();
    for raw in take_list(&mut entry, "changes") {
        notices.extend(change(&place, raw));
    }
    // Instagram Login has no list of changes.
    if entry.contains_key("field") && entry.contains_key("value") {
        let names = ["field", "value"];
        let taken = names.map(|name| (name.to_owned(), entry.remove(name).unwrap_or_default()));
        notices.extend(change(&place, Map::from_iter(taken).into()));
    }
    for raw in take_list(&mut entry, "messaging") {
        notices.push(messaging::notice(&place, "messaging", raw));
    }
    let standby = Place {
        is_standby: true,
        ..place.clone()
    };
    for raw in take_list(&mut entry, "standby") {
        notices.push(messaging::notice(&standby, "standby", raw));
    }
    for raw in take_list(&mut entry, "calls") {
        notices.push(whatsapp::call(&place, raw));
    }
    with_rest(notices, "entry", entry, &place, object)
}

fn change(place: &Place, raw: Value) -> Vec<Notice> {
    let Value::Object(mut change) = raw else {
        return vec![Notice::other(place, UNKNOWN, raw)];
    };
    let field = change.get("field").and_then(text);
    let field = field.as_deref().unwrap_or(UNKNOWN);
    let notices = match change.remove("value") {
        Some(Value::Object(value)) => told(place, field, value),
        Some(odd) => {
            change.insert("value".to_owned(), odd);
            Vec::new()
        }
        None => Vec::new(),
    };
    with_rest(notices, "change", change, place, field)
}

/// The parts of what changed.
fn told(place: &Place, field: &str, value: Map<String, Value>) -> Vec<Notice> {
    match place.network {
        Network::WhatsApp => whatsapp::notices(place, field, value),
        Network::Instagram if COMMENTS.contains(&field) => {
            vec![Notice::new(
                place,
                What::Comment(Box::new(part(value.into()))),
            )]
        }
        Network::Messenger if field == feed::FEED => {
            let value = Value::from(value);
            vec![if feed::is_comment(&value) {
                Notice::new(place, What::Feed(Box::new(part(value))))
            } else {
                Notice::other(place, field, value)
            }]
        }
        _ => vec![Notice::other(place, field, value)],
    }
}
