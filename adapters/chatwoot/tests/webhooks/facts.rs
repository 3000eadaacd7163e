//! Nothing that Chatwoot says is lost: what the event model has no place for is kept beside it.

use serde_json::Value;
use switchboard_core::Timestamp;
use switchboard_core::read::Time;

use crate::ALL;

/// Fields that the event tells in other words: a note is `internal`, and a channel's class a name.
const TOLD_OTHERWISE: [&str; 3] = ["channel", "is_private", "private"];

#[test]
fn every_fact_of_every_body_is_in_its_event() {
    for dialect in ALL {
        let adapter = dialect.adapter();
        let redacted = adapter.descriptor().redact;
        for (name, body) in dialect.bodies() {
            let hook: Value = serde_json::from_slice(&body).unwrap();
            let events = serde_json::to_value(dialect.stamp(dialect.decode(body))).unwrap();
            let mut told = Vec::new();
            walk(&events, "", &mut |_, fact| told.push(text(fact)));

            // The whole record of an inbox's channel is redacted, too.
            let mut hook = hook;
            if hook["channel"].is_object() {
                hook["channel"] = Value::Null;
            }
            walk(&hook, "", &mut |field, fact| {
                assert!(
                    is_nothing(fact)
                        || TOLD_OTHERWISE.contains(&field)
                        || redacted.contains(&field)
                        || told.contains(&text(fact))
                        || told.contains(&moment(fact)),
                    "{name}: {field} = {fact} is not in {events:#}"
                );
            });
        }
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
