//! Nothing that Kommo says is lost: what the event model has no place for is kept beside it.

use serde_json::Value;
use switchboard_core::Timestamp;
use switchboard_core::read::Time;

use crate::{bodies, decode, stamp};

/// Fields that steer and say nothing that the event does not: the coarser times, where there is a
/// finer one, and the type of what is plainly a text or a reaction.
const TOLD_OTHERWISE: [(&str, &[&str]); 3] = [
    ("time", &[]),
    ("timestamp", &[]),
    ("type", &["text", "react", "unreact"]),
];

#[test]
fn every_fact_of_every_body_is_in_its_event() {
    for (name, body) in bodies() {
        let hook: Value = serde_json::from_slice(&body).unwrap();
        let events = serde_json::to_value(stamp(decode(body))).unwrap();
        let mut told = Vec::new();
        walk(&events, "", &mut |_, fact| told.push(text(fact)));

        walk(&hook, "", &mut |field, fact| {
            assert!(
                is_nothing(fact)
                    || is_told_otherwise(field, fact)
                    || told.contains(&text(fact))
                    || told.contains(&moment(fact)),
                "{name}: {field} = {fact} is not in {events:#}"
            );
        });
    }
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
    let time = fact.as_i64().map(Time::number).and_then(|time| time.0);
    time.as_ref().map(Timestamp::to_string).unwrap_or_default()
}

fn is_nothing(fact: &Value) -> bool {
    matches!(text(fact).as_str(), "" | "0" | "null")
}

fn is_told_otherwise(field: &str, fact: &Value) -> bool {
    TOLD_OTHERWISE.iter().any(|(name, values)| {
        *name == field && (values.is_empty() || values.contains(&text(fact).as_str()))
    })
}
