//! Nothing that Kommo says is lost: what the event model has no place for is kept beside it.

use std::collections::HashSet;

use serde_json::{Map, Value};
use switchboard_core::read::Time;
use switchboard_core::{Delivery, Timestamp};

use crate::{decode, readable, stamp};

#[test]
fn every_fact_of_every_request_is_in_its_events() {
    for (name, delivery) in readable() {
        assert_eq!(untold(&delivery), None, "{name}");
    }
}

/// A fact that is in no event of `delivery`, as `field=value`.
pub(crate) fn untold(delivery: &Delivery) -> Option<String> {
    let events = serde_json::to_value(stamp(decode(delivery))).unwrap();
    let mut told = HashSet::new();
    walk(&events, "", &mut |_, fact| {
        told.insert(text(fact));
    });
    let mut untold = None;
    walk(&tree(delivery), "", &mut |field, fact| {
        let written = text(fact);
        let is_told = written.is_empty() || told.contains(&written);
        if !is_told && !told.contains(&moment(fact)) {
            untold = Some(format!("{field}={fact}"));
        }
    });
    untold
}

/// What the body says, in whichever way it is written; of pairs that clash, what is left of them.
fn tree(delivery: &Delivery) -> Value {
    let object: Result<Map<String, Value>, _> = delivery.json();
    object.map(Value::Object).unwrap_or_else(|_| {
        let form = delivery.form_tree().unwrap().value;
        let json = form["data"].as_str().unwrap_or_default();
        let object: Option<Map<String, Value>> = serde_json::from_str(json).ok();
        object.map_or(form, Value::Object)
    })
}

fn walk(value: &Value, field: &str, visit: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(entries) => entries
            .iter()
            .for_each(|(name, value)| walk(value, name, visit)),
        Value::Array(values) => values.iter().for_each(|value| walk(value, field, visit)),
        fact => visit(field, fact),
    }
}

fn text(fact: &Value) -> String {
    fact.as_str()
        .map_or_else(|| fact.to_string(), str::to_owned)
}

/// The fact as events write a time.
fn moment(fact: &Value) -> String {
    let time = Time::read(&text(fact)).0;
    time.as_ref().map(Timestamp::to_string).unwrap_or_default()
}
