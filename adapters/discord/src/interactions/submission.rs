//! What was entered, pressed or filled in. It stays with the rest, as it is a tree in Discord's words
//! and a list in ours.

use serde_json::Value;
use switchboard_core::event::{Interactive, InteractiveKind, Submission};
use switchboard_core::read::peek;

use super::{COMMAND, COMPONENT, MODAL};

/// The type of a command that stands in a message's menu.
const OF_A_MESSAGE: u64 = 3;

/// The types of options that are steps of a command and no options of it.
const STEPS: [u64; 2] = [1, 2];

/// What was submitted by an interaction of this kind.
pub(super) fn interactive(kind: u64, data: &Value) -> Option<Interactive> {
    let (kind, submitted) = match kind {
        COMMAND => (InteractiveKind::Form, command(data)),
        COMPONENT => (InteractiveKind::Buttons, component(data)),
        MODAL => {
            let mut fields = Vec::new();
            collect(data, &mut fields);
            (InteractiveKind::Form, fields)
        }
        _ => return None,
    };
    Some(Interactive {
        submitted,
        ..Interactive::new(kind)
    })
}

/// The message that a command was chosen for.
pub(super) fn target(data: &Value) -> Option<String> {
    peek(&data["target_id"]).filter(|_| data["type"] == OF_A_MESSAGE)
}

/// The command with its steps, `order status`, and each option behind it.
fn command(data: &Value) -> Vec<Submission> {
    let mut name: Vec<String> = peek(&data["name"]).into_iter().collect();
    let mut options = &data["options"];
    while let Some(step) = step(options) {
        name.extend(peek(&step["name"]));
        options = &step["options"];
    }
    let entered = Submission {
        id: Some(name.join(" ")).filter(|name| !name.is_empty()),
        ..Submission::default()
    };
    let options = options.as_array().into_iter().flatten();
    let options = options.map(|option| Submission {
        id: peek(&option["name"]),
        value: value(&option["value"]),
        ..Submission::default()
    });
    std::iter::once(entered).chain(options).collect()
}

fn step(options: &Value) -> Option<&Value> {
    let first = options.as_array()?.first()?;
    let kind = first["type"].as_u64()?;
    STEPS.contains(&kind).then_some(first)
}

fn component(data: &Value) -> Vec<Submission> {
    let mut picked = Vec::new();
    push(data, &mut picked);
    picked
}

/// The fields of a modal, in the rows and labels that they stand in. A body is no deeper than its
/// reader goes.
fn collect(part: &Value, fields: &mut Vec<Submission>) {
    let rows = part["components"].as_array().into_iter().flatten();
    for part in rows
        .chain([&part["component"]])
        .filter(|part| part.is_object())
    {
        if part["custom_id"].is_string() {
            push(part, fields);
        }
        collect(part, fields);
    }
}

/// A component with each of its values, or alone where it has none.
fn push(part: &Value, picked: &mut Vec<Submission>) {
    let id = peek(&part["custom_id"]);
    let values = part["values"].as_array().into_iter().flatten();
    let values: Vec<String> = values.chain([&part["value"]]).filter_map(value).collect();
    let of = |value| Submission {
        id: id.clone(),
        value,
        ..Submission::default()
    };
    if values.is_empty() {
        picked.push(of(None));
    }
    picked.extend(values.into_iter().map(|value| of(Some(value))));
}

/// A value as a text: options are numbers and truths as well.
fn value(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        value => peek(value),
    }
}
