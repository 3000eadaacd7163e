//! JSON bodies with one oddity each.

use serde_json::{Map, Value, json};

use super::diff::step;
use super::mutant::{CANARY, Oddity};
use crate::promise::{Broken, Checked};

/// Deeper than any provider nests, and not too deep to be read.
const DEEP: usize = 100;

/// The pointers of everything within `value`, lists and objects too.
pub(crate) fn pointers(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(entries) => entries
            .iter()
            .map(|(name, value)| (step(name), value))
            .collect(),
        Value::Array(values) => (0..)
            .map(|index: usize| index.to_string())
            .zip(values)
            .collect(),
        _ => Vec::new(),
    };
    let mut pointers = Vec::new();
    for (step, child) in children {
        pointers.push(format!("/{step}"));
        pointers.extend(
            self::pointers(child)
                .iter()
                .map(|below| format!("/{step}{below}")),
        );
    }
    pointers
}

/// `value` with what `change` makes of what stands at `pointer`.
pub(super) fn changed(
    value: &Value,
    pointer: &str,
    change: impl FnOnce(&mut Value),
) -> Checked<Value> {
    let mut value = value.clone();
    let place = value.pointer_mut(pointer);
    change(place.ok_or_else(|| Broken::new(format!("nothing stands at {pointer}")))?);
    Ok(value)
}

/// Each thing in `value` gone, renamed, or something else.
pub(super) fn oddities(value: &Value) -> Checked<Vec<Oddity>> {
    let mut oddities = Vec::new();
    for pointer in pointers(value) {
        let place = value.pointer(&pointer).unwrap_or(&Value::Null);
        let is_group = place.is_object() || place.is_array();
        for (what, odd) in stand_ins(place) {
            let mutant = changed(value, &pointer, |place| *place = odd)?;
            oddities.push(Oddity {
                is_emptied: is_group && !mutant.to_string().contains(CANARY),
                ..Oddity::new(format!("{what} at {pointer}"), mutant.to_string())
            });
        }
        let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
        let without = changed(value, parent, |parent| remove(parent, name, None))?;
        oddities.push(Oddity {
            is_emptied: is_group || value.pointer(parent).is_some_and(Value::is_array),
            ..Oddity::new(format!("nothing at {pointer}"), without.to_string())
        });
        let renamed = changed(value, parent, |parent| remove(parent, name, Some(CANARY)))?;
        oddities.push(Oddity::new(
            format!("another name for {pointer}"),
            renamed.to_string(),
        ));
    }
    Ok(oddities)
}

/// What may stand in the place of `value`.
fn stand_ins(value: &Value) -> Vec<(&'static str, Value)> {
    let deep = (0..DEEP).fold(json!(CANARY), |inner, _| json!([inner]));
    let mut odd = vec![
        ("null", Value::Null),
        ("an empty text", json!("")),
        ("a text", json!(CANARY)),
        ("a huge text", json!(CANARY.repeat(400))),
        ("a number", json!(7)),
        ("a negative number", json!(-1)),
        ("a fraction", json!(1.5)),
        ("a number beyond 2^53", json!(u64::MAX)),
        ("a huge number", json!(1e300)),
        ("true", json!(true)),
        ("an empty list", json!([])),
        ("a list", json!([CANARY])),
        ("a list of objects", json!([{"odd": CANARY}])),
        ("an empty object", json!({})),
        ("an object", json!({"odd": CANARY})),
        ("a deep list", deep),
    ];
    match value {
        Value::Number(number) => odd.push(("the number as a text", json!(number.to_string()))),
        Value::String(text) => odd.extend(
            text.parse::<u64>()
                .map(|number| ("the text as a number", json!(number))),
        ),
        Value::Array(values) => {
            let numbered = (0..)
                .map(|index: usize| index.to_string())
                .zip(values.clone());
            odd.push(("a numbered object", Value::Object(numbered.collect())));
        }
        Value::Object(entries) => {
            odd.push(("a list for the object", entries.values().cloned().collect()));
        }
        _ => {}
    }
    odd
}

/// Takes the entry at `step` out of `parent`, or gives it another name.
pub(crate) fn remove(parent: &mut Value, step: &str, name: Option<&str>) {
    match parent {
        Value::Object(entries) => {
            let old = step.replace("~1", "/").replace("~0", "~");
            let value = entries.remove(&old);
            entries.extend(name.map(str::to_owned).zip(value));
        }
        Value::Array(values) => {
            if let Ok(index) = step.parse::<usize>() {
                let value = values.remove(index);
                if let Some(name) = name {
                    values.insert(
                        index,
                        Value::Object(Map::from_iter([(name.to_owned(), value)])),
                    );
                }
            }
        }
        _ => {}
    }
}
