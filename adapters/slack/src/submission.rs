//! What was picked or filled in, in the many ways in which Slack writes it.

use serde_json::Value;
use switchboard_core::event::Submission;
use switchboard_core::read::peek;

use crate::adapter::SECRETS;

/// Names by which fields are never shown. Here the name is a value, and redaction would not see it.
fn is_shown(name: &str) -> bool {
    !SECRETS.contains(&name)
}

/// Where one thing stands that was picked or filled in.
const ONE: [&str; 9] = [
    "value",
    "selected_user",
    "selected_channel",
    "selected_conversation",
    "selected_date",
    "selected_time",
    "selected_date_time",
    "selected_file",
    "rich_text_value",
];

/// Where several stand.
const SEVERAL: [&str; 3] = [
    "selected_users",
    "selected_channels",
    "selected_conversations",
];

/// Of the things that were pressed in a message or a view.
pub(crate) fn of_actions(actions: &Value) -> Vec<Submission> {
    let actions = actions.as_array().into_iter().flatten();
    let named = |action: &Value| {
        let id = peek(&action["action_id"]).or_else(|| peek(&action["name"]));
        of_element(id, action)
    };
    actions.flat_map(named).collect()
}

/// Of the fields of a view: by the block, then by the action.
pub(crate) fn of_state(values: &Value) -> Vec<Submission> {
    let blocks = values.as_object().into_iter().flat_map(|it| it.values());
    let fields = blocks.filter_map(Value::as_object).flatten();
    fields
        .filter(|(action, _)| is_shown(action))
        .flat_map(|(action, element)| of_element(Some(action.clone()), element))
        .collect()
}

/// Of the fields of a dialog.
pub(crate) fn of_dialog(fields: &Value) -> Vec<Submission> {
    let fields = fields.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, _)| is_shown(name));
    let filled = |(name, value): (&String, &Value)| Submission {
        id: Some(name.clone()),
        value: peek(value),
        ..Submission::default()
    };
    fields.map(filled).collect()
}

/// Of a shortcut.
pub(crate) fn of_callback(callback: String) -> Submission {
    Submission {
        id: Some(callback),
        ..Submission::default()
    }
}

/// All that was picked at one element; the element alone where nothing was.
fn of_element(id: Option<String>, element: &Value) -> Vec<Submission> {
    let one = ONE.iter().filter_map(|name| {
        let value = &element[*name];
        let text = if value.is_object() {
            Some(value.to_string())
        } else {
            peek(value)
        };
        Some((None, text?))
    });
    let several = SEVERAL.iter().flat_map(|name| list(&element[*name]));
    let several = several.filter_map(|value| Some((None, peek(value)?)));
    let options = list(&element["selected_options"]).chain([&element["selected_option"]]);
    let options =
        options.filter_map(|option| Some((peek(&option["text"]["text"]), peek(&option["value"])?)));
    let title = peek(&element["text"]["text"]);
    let mut picked: Vec<_> = one
        .chain(several)
        .chain(options)
        .map(|(label, value)| Submission {
            id: id.clone(),
            title: label.or_else(|| title.clone()),
            value: Some(value),
        })
        .collect();
    if picked.is_empty() {
        picked.push(Submission {
            id,
            title,
            value: None,
        });
    }
    picked
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
