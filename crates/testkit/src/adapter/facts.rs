//! Nothing that a provider says is lost: what the event model has no place for is kept beside it.

use serde_json::{Value, json};
use switchboard_core::read::Time;
use switchboard_core::{Timestamp, redact};

use super::events::told;
use super::fixture::Case;
use super::form;
use super::json::{changed, pointers};
use super::mutant::{Writing, with_body};
use super::trial::Trial;
use crate::promise::{Broken, Checked};

/// A field that no provider has.
const UNKNOWN_FIELD: &str = "field_of_tomorrow";

const UNKNOWN_VALUE: &str = "a-fact-of-tomorrow";

pub(super) fn every_fact_is_told(trial: &Trial) -> Checked {
    let redact = trial.adapter.redact();
    for case in &trial.genuine {
        // What is undecoded is kept as it is, and a ping has nothing to tell.
        let drafts = trial
            .decode(&case.name, &case.delivery)?
            .unwrap_or_default();
        if drafts.is_empty() {
            continue;
        }
        let events = told(trial, case)?;
        let leaves = leaves(&events);
        let mut untold = None;
        let mut visit = |field: &str, fact: &Value| {
            let is_told = is_nothing(fact)
                || trial.told_otherwise.iter().any(|(name, values)| {
                    *name == field && (values.is_empty() || values.contains(&text(fact).as_str()))
                })
                || is_among(fact, &leaves);
            if !is_told {
                untold.get_or_insert_with(|| format!("`{field}`: {fact}"));
            }
        };
        let shown = redact::body(&case.delivery, &redact).unwrap_or_default();
        // What is kept word for word is told, all of it.
        if leaves.contains(&String::from_utf8_lossy(&shown).into_owned()) {
            continue;
        }
        match Writing::of(&with_body(&case.delivery, shown.into_owned())) {
            Writing::Json(value) => walk(&value, "", &mut visit),
            Writing::Form(pairs) => {
                for (name, value) in &pairs {
                    match json_in(value) {
                        Some(value) => walk(&value, last_step(name), &mut visit),
                        None => visit(last_step(name), &json!(value)),
                    }
                }
            }
            Writing::Xml(document) => {
                for place in document.places() {
                    visit(place.name(), &json!(document.value(place)));
                }
            }
            Writing::Other => {}
        }
        if let Some(untold) = untold {
            let name = &case.name;
            return Err(Broken::new(format!("{name}: {untold} is in no event")));
        }
    }
    Ok(())
}

/// A field that is added in each object must come out, if anything does.
pub(super) fn an_unknown_field_is_kept(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        let unknown = (UNKNOWN_FIELD, UNKNOWN_VALUE.to_owned());
        for (place, body) in with_fields(case, &[unknown])? {
            trial.count();
            let mut mutant = case.clone();
            mutant.delivery = with_body(&case.delivery, body);
            let events = told(trial, &mutant)?;
            let is_empty = events.as_array().is_none_or(Vec::is_empty);
            if !is_empty && !events.to_string().contains(UNKNOWN_VALUE) {
                let name = &case.name;
                return Err(Broken::new(format!(
                    "{name}: a field added at `{place}` is in no event"
                )));
            }
        }
    }
    Ok(())
}

/// The bodies that `case` has with all of `fields` in one object each, and where that is. A field by
/// its path has the objects of its path around it.
pub(super) fn with_fields(
    case: &Case,
    fields: &[(&str, String)],
) -> Checked<Vec<(String, String)>> {
    let within = |value: &Value| {
        let all = pointers(value).into_iter().chain([String::new()]);
        all.filter(|pointer| value.pointer(pointer).is_some_and(Value::is_object))
            .map(|pointer| {
                let added = changed(value, &pointer, |object| {
                    for (path, text) in fields {
                        let (name, steps) = split(path);
                        let fact = steps
                            .rev()
                            .fold(json!(text), |fact, step| json!({step: fact}));
                        object[name] = fact;
                    }
                })?;
                Ok((pointer, added.to_string()))
            })
            .collect::<Checked<Vec<_>>>()
    };
    match Writing::of(&case.delivery) {
        Writing::Json(value) => within(&value),
        Writing::Form(mut pairs) => {
            let mut bodies = Vec::new();
            for (index, (name, value)) in pairs.iter().enumerate() {
                for (pointer, added) in json_in(value)
                    .map(|value| within(&value))
                    .transpose()?
                    .unwrap_or_default()
                {
                    let mut pairs = pairs.clone();
                    pairs[index].1 = added;
                    bodies.push((format!("{name}{pointer}"), form::body(&pairs)));
                }
            }
            for (path, text) in fields {
                let (name, steps) = split(path);
                let name = steps.fold(name.to_owned(), |name, step| format!("{name}[{step}]"));
                pairs.push((name, text.clone()));
            }
            bodies.push(("the end".to_owned(), form::body(&pairs)));
            Ok(bodies)
        }
        Writing::Xml(_) | Writing::Other => Ok(Vec::new()),
    }
}

/// The name that a path begins with, and the steps behind it.
fn split(path: &str) -> (&str, impl DoubleEndedIterator<Item = &str>) {
    let (name, steps) = path.split_once('.').unwrap_or((path, ""));
    (name, steps.split('.').filter(|step| !step.is_empty()))
}

/// Every scalar in `value`, with the name of its field.
fn walk(value: &Value, field: &str, visit: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(entries) => entries
            .iter()
            .for_each(|(name, value)| walk(value, name, visit)),
        Value::Array(values) => values.iter().for_each(|value| walk(value, field, visit)),
        fact => visit(field, fact),
    }
}

/// The texts of every scalar in `events`, and of those in the JSON that one of them may be.
fn leaves(events: &Value) -> Vec<String> {
    let mut leaves = Vec::new();
    walk(events, "", &mut |_, fact| {
        if let Some(within) = fact.as_str().and_then(json_in) {
            walk(&within, "", &mut |_, fact| leaves.push(text(fact)));
        }
        leaves.push(text(fact));
    });
    leaves
}

/// The list or the object that a text is the JSON of.
pub(super) fn json_in(value: &str) -> Option<Value> {
    let value = serde_json::from_str(value).ok()?;
    matches!(value, Value::Object(_) | Value::Array(_)).then_some(value)
}

/// `c` of `a[b][c]`.
fn last_step(name: &str) -> &str {
    let name = name.strip_suffix(']').unwrap_or(name);
    name.rsplit('[').next().unwrap_or(name)
}

fn text(fact: &Value) -> String {
    fact.as_str()
        .map_or_else(|| fact.to_string(), str::to_owned)
}

/// Whether `told` has the fact as it is, or as events write a time, to the second or finer.
fn is_among(fact: &Value, told: &[String]) -> bool {
    if told.contains(&text(fact)) {
        return true;
    }
    let time = match fact {
        Value::String(text) => Time::read(text),
        fact => fact.as_i64().map(Time::number).unwrap_or_default(),
    };
    let Some(time) = time.0 else { return false };
    let is_whole = Timestamp::from_seconds(time.as_seconds()) == Some(time);
    told.iter().any(|told| {
        let told = told.parse::<Timestamp>().ok();
        told.is_some_and(|told| told == time || is_whole && told.as_seconds() == time.as_seconds())
    })
}

fn is_nothing(fact: &Value) -> bool {
    matches!(text(fact).as_str(), "" | "0" | "null" | "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_told_as_it_is_or_as_a_time() {
        let told = ["7", "1970-01-01T00:01:00.5Z", "1970-01-01T00:02:00Z", ""].map(str::to_owned);

        for (fact, is_told) in [
            (json!("7"), true),
            (json!(7), true),
            (json!(60), true),
            (json!("60"), true),
            (json!("1970-01-01T00:01:00+00:00"), true),
            (json!("1970-01-01T00:02:00.5Z"), false),
            (json!("seven"), false),
            (json!(61), false),
            (json!(true), false),
        ] {
            assert_eq!(is_among(&fact, &told), is_told, "{fact}");
        }
    }
}
