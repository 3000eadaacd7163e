//! From the bytes to Kommunicate's words: which webhook it is, and what to do when a part is odd.

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::{Delivery, Kept, ParseError, Part};

use crate::payload::{Aside, Attached, File, Hook, Message, Payload, Text};

/// What a message can do without; see [`without_ornaments`].
const ORNAMENTS: [&str; 4] = ["botId", "clientGroupId", "file", "to"];

/// Reads a body of either webhook.
pub(crate) fn payload(delivery: &Delivery) -> Result<Payload, ParseError> {
    let raw: Map<String, Value> = delivery.json()?;
    Ok(Payload(hook(Value::Object(raw))))
}

fn hook(raw: Value) -> Hook {
    let event = text(&raw["eventName"]).0;
    if raw["key"].is_null() || raw["from"].is_null() {
        let kind = event.unwrap_or_else(|| "unknown".to_owned());
        return Hook::Unknown { kind, raw };
    }
    let aside = Aside {
        content_type: text(&raw["contentType"]),
        attachments: attachments(&raw["metadata"]),
    };
    match (message(raw), event) {
        (Part::Read(kept), Some(event)) if is_silent(&kept.value, &aside) => {
            Hook::Event(event, Box::new(kept))
        }
        (part, _) => Hook::Message(Box::new(part), aside),
    }
}

fn is_silent(message: &Message, aside: &Aside) -> bool {
    let has_file = message.file.as_ref().is_some_and(File::is_filled);
    message.message.0.is_none() && !has_file && aside.attachments.is_empty()
}

/// Reads a message. An odd ornament must not hide the words: with one, all of them are left unread,
/// and stay with the rest.
fn message(raw: Value) -> Part<Message> {
    let whole = Kept::split(&raw);
    match whole.or_else(|error| without_ornaments(raw.clone()).map_err(|_| error)) {
        Ok((value, mut rest)) => {
            if let Some((name, fact)) = second_account(&raw, &value) {
                rest[name] = fact;
            }
            Part::Read(Kept { value, rest, raw })
        }
        Err(error) => Part::Unread {
            raw,
            reason: error.to_string(),
        },
    }
}

fn without_ornaments(mut raw: Value) -> Result<(Message, Value), serde_json::Error> {
    let ornaments: Vec<(&str, Value)> = ORNAMENTS
        .into_iter()
        .filter_map(|name| Some((name, raw.get_mut(name)?.take())))
        .collect();
    let (message, mut rest) = Kept::split(&raw)?;
    for (name, ornament) in ornaments {
        rest[name] = ornament;
    }
    Ok((message, rest))
}

/// The account under its older name, where it is not the event's.
fn second_account(raw: &Value, message: &Message) -> Option<(&'static str, Value)> {
    let second = message.application_id.0.as_deref()?;
    let name = "applicationId";
    (message.account() != Some(second)).then(|| (name, raw[name].clone()))
}

/// What a customer attached for a bot, `metadata.KM_CHAT_CONTEXT.attachments`.
fn attachments(metadata: &Value) -> Vec<Attached> {
    let context = &opened(metadata)["KM_CHAT_CONTEXT"];
    let list = &opened(context)["attachments"];
    let Value::Array(list) = opened(list) else {
        return Vec::new();
    };
    list.iter()
        .filter_map(|attached| Attached::deserialize(attached).ok())
        .collect()
}

/// A value of the metadata: the account webhook writes objects as JSON in a text, the bot webhook as
/// what they are.
fn opened(value: &Value) -> Value {
    match value {
        Value::String(json) => serde_json::from_str(json).unwrap_or_default(),
        value => value.clone(),
    }
}

fn text(value: &Value) -> Text {
    Text::deserialize(value).unwrap_or_default()
}
