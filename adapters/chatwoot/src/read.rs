//! From the bytes to Chatwoot's words: which webhook it is, and what to do when a part is odd.

use std::mem;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use switchboard_core::event::{Change, ConversationChange, EntityChange, TypingChange};
use switchboard_core::{Delivery, Kept, ParseError, Part};

use crate::descriptor::SECRETS;
use crate::heading::{Heading, text};
use crate::payload::{Aside, Hook, Payload, Person, Text};

/// What each can do without, the inner ones first; see [`without_odd`].
const OF_MESSAGES: [&str; 16] = [
    "/attachments",
    "/content_attributes/in_reply_to",
    "/content_attributes/in_reply_to_external_id",
    "/content_attributes/items",
    "/content_attributes/submitted_email",
    "/content_attributes/submitted_values",
    "/content_attributes",
    "/conversation/channel",
    "/conversation/contact_inbox",
    "/conversation/inbox_id",
    "/conversation/display_id",
    "/conversation/id",
    "/conversation",
    "/inbox",
    "/sender",
    "/source_id",
];
const OF_CONVERSATIONS: [&str; 8] = [
    "/changed_attributes",
    "/channel",
    "/contact_inbox",
    "/inbox_id",
    "/meta/assignee",
    "/meta/sender",
    "/meta",
    "/status",
];
const OF_TYPING: [&str; 6] = [
    "/conversation/channel",
    "/conversation/contact_inbox",
    "/conversation/inbox_id",
    "/conversation/id",
    "/conversation",
    "/user",
];
const OF_CONTACTS: [&str; 1] = ["/changed_attributes"];
const OF_WIDGETS: [&str; 4] = ["/contact", "/current_conversation", "/event_info", "/inbox"];

/// Fields that say the same thing: the one by which it is told, and the one that stays with the rest
/// where it says another.
const OUTRANKED: [(&str, &str); 14] = [
    ("/conversation/id", "/conversation/display_id"),
    ("/inbox/id", "/conversation/inbox_id"),
    ("/meta/assignee/avatar", "/meta/assignee/avatar_url"),
    ("/meta/assignee/avatar", "/meta/assignee/thumbnail"),
    ("/meta/assignee/thumbnail", "/meta/assignee/avatar_url"),
    ("/meta/sender/avatar", "/meta/sender/avatar_url"),
    ("/meta/sender/avatar", "/meta/sender/thumbnail"),
    ("/meta/sender/thumbnail", "/meta/sender/avatar_url"),
    ("/sender/avatar", "/sender/avatar_url"),
    ("/sender/avatar", "/sender/thumbnail"),
    ("/sender/thumbnail", "/sender/avatar_url"),
    ("/user/avatar", "/user/avatar_url"),
    ("/user/avatar", "/user/thumbnail"),
    ("/user/thumbnail", "/user/avatar_url"),
];

const ITEMS: &str = "/content_attributes/items";
const SUBMITTED: &str = "/content_attributes/submitted_values";

/// The object in which a survey's answers stand among what was submitted.
const SURVEY: &str = "csat_survey_response";

/// Reads a body of any webhook.
pub(crate) fn payload(delivery: &Delivery) -> Result<Payload, ParseError> {
    let raw: Map<String, Value> = delivery.json()?;
    let raw = Value::Object(raw);
    let heading = Heading::read(delivery, &raw);
    let hook = hook(&heading.event, raw);
    Ok(Payload { heading, hook })
}

/// The event that a body names, read alone: nobody has proven the body yet. One that names two
/// events names none, as not every reader takes the same one.
pub(crate) fn event(delivery: &Delivery) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        event: String,
    }

    let named: Named = delivery.json().ok()?;
    Some(named.event)
}

fn hook(event: &str, raw: Value) -> Hook {
    let conversation = |change, raw| {
        let aside = Aside {
            kind: first(&raw, &["/meta/assignee/type", "/meta/assignee_type"]),
            ..Aside::default()
        };
        Hook::Conversation(change, Box::new(part(raw, &OF_CONVERSATIONS)), aside)
    };
    let typing = |change, raw| {
        let aside = Aside {
            kind: first(&raw, &["/user/type"]),
            ..Aside::default()
        };
        Hook::Typing(change, Box::new(part(raw, &OF_TYPING)), aside)
    };
    match event {
        "message_created" => message(Change::Created, raw),
        "message_updated" if raw["content_attributes"]["deleted"] == true => {
            message(Change::Deleted, raw)
        }
        "message_updated" => message(Change::Updated, raw),
        "conversation_created" => conversation(ConversationChange::Created, raw),
        "conversation_updated" => conversation(ConversationChange::Updated, raw),
        "conversation_status_changed" | "conversation_opened" | "conversation_resolved" => {
            conversation(ConversationChange::StatusChanged, raw)
        }
        "conversation_typing_on" => typing(TypingChange::Started, raw),
        "conversation_typing_off" => typing(TypingChange::Stopped, raw),
        "contact_created" => Hook::Contact(EntityChange::Created, part(raw, &OF_CONTACTS)),
        "contact_updated" => Hook::Contact(EntityChange::Updated, part(raw, &OF_CONTACTS)),
        "webwidget_triggered" => Hook::Widget(Box::new(part(raw, &OF_WIDGETS))),
        _ => Hook::Other(raw),
    }
}

fn message(change: Change, raw: Value) -> Hook {
    let contacts = [&raw["contact"], &raw["conversation"]["meta"]["sender"]];
    let contact = contacts
        .into_iter()
        .find_map(|contact| Person::deserialize(contact).ok());
    let aside = Aside {
        kind: first(&raw, &["/sender/type"]),
        message_type: first(&raw, &["/message_type"]),
        content_type: first(&raw, &["/content_type"]),
        contact,
        is_contact_beside: raw["contact"].is_object(),
    };
    let part = match part(listed(raw.clone()), &OF_MESSAGES) {
        Part::Read(kept) => Part::Read(Kept { raw, ..kept }),
        Part::Unread { reason, .. } => Part::Unread { raw, reason },
    };
    Hook::Message(change, Box::new(part), aside)
}

fn first(raw: &Value, places: &[&str]) -> Text {
    let found = places.iter().find_map(|place| text(raw.pointer(place)?));
    Text(found)
}

/// Keeps what says another thing than the field by which the model tells the same.
fn outranked(raw: &Value, rest: &mut Value) {
    for (told, beside) in OUTRANKED {
        let [told, other] = [told, beside].map(|path| raw.pointer(path).and_then(text));
        if told.is_some() && other.is_some() && told != other {
            put(
                rest,
                beside,
                raw.pointer(beside).cloned().unwrap_or_default(),
            );
        }
    }
}

/// Keeps what an item of a message says and the model has one place for: a field's value beside its
/// name, and its title beside a label and a description.
fn crowded(raw: &Value, rest: &mut Value) {
    let items = raw.pointer(ITEMS).and_then(Value::as_array);
    for (index, item) in items.into_iter().flatten().enumerate() {
        let told = |name: &str| item.get(name).and_then(text);
        let is_crowded = |name, others: &[&str]| {
            told(name).is_some() && others.iter().all(|other| told(other).is_some())
        };
        for (name, others) in [
            ("value", &["name"][..]),
            ("title", &["label", "description"]),
        ] {
            if is_crowded(name, others) {
                left_over(rest, index)[name] = item[name].clone();
            }
        }
    }
}

/// What is left of the item at `index`, as the provider has it: in a list.
fn left_over(rest: &mut Value, index: usize) -> &mut Value {
    let items = ITEMS.split('/').skip(1);
    let items = items.fold(rest, |rest, step| &mut rest[step]);
    if !items.is_array() {
        *items = Value::Array(Vec::new());
    }
    let list = items.as_array_mut().expect("it was made one");
    if list.len() <= index {
        list.resize(index + 1, Value::Null);
    }
    &mut list[index]
}

/// The message with a list of what was submitted: a survey tells it as objects in an object. What is
/// never shown by its name is not among it, since there the name is a value.
fn listed(mut raw: Value) -> Value {
    if let Some(Value::Object(submitted)) = raw.pointer_mut(SUBMITTED) {
        let mut answers = Vec::new();
        for (name, value) in mem::take(submitted) {
            match value {
                Value::Object(survey) if name == SURVEY => answers.extend(survey),
                value => answers.push((name, value)),
            }
        }
        answers.retain(|(name, _)| !SECRETS.contains(&name.as_str()));
        let answers = answers.into_iter();
        let answers = answers.map(|(name, value)| json!({"name": name, "value": value}));
        put(&mut raw, SUBMITTED, answers.collect());
    }
    raw
}

/// Reads a hook, if need be without its odd ornaments: they must not hide what happened.
fn part<T: DeserializeOwned>(raw: Value, ornaments: &[&str]) -> Part<T> {
    let whole = Kept::split(&raw);
    match whole.or_else(|error| without_odd(raw.clone(), ornaments).map_err(|_| error)) {
        Ok((value, mut rest)) => {
            outranked(&raw, &mut rest);
            crowded(&raw, &mut rest);
            Part::Read(Kept { value, rest, raw })
        }
        Err(error) => Part::Unread {
            raw,
            reason: error.to_string(),
        },
    }
}

/// Takes every ornament out and puts back those with which the hook can still be read. The others
/// stay with the rest.
fn without_odd<T: DeserializeOwned>(
    mut raw: Value,
    ornaments: &[&str],
) -> Result<(T, Value), serde_json::Error> {
    let taken: Vec<(&str, Value)> = ornaments
        .iter()
        .filter_map(|path| Some((*path, raw.pointer_mut(path)?.take())))
        .collect();
    let mut odd = Vec::new();
    for (path, ornament) in taken.into_iter().rev() {
        // It is nowhere to be put when what it stood in is odd itself.
        let Some(place) = raw.pointer_mut(path) else {
            odd.push((path, ornament));
            continue;
        };
        *place = ornament;
        if T::deserialize(&raw).is_err()
            && let Some(place) = raw.pointer_mut(path)
        {
            odd.push((path, place.take()));
        }
    }
    let (value, mut rest) = Kept::split(&raw)?;
    for (path, ornament) in odd {
        put(&mut rest, path, ornament);
    }
    Ok((value, rest))
}

/// Puts `value` into the rest. That has the body's shape, so the steps of `path` go through objects
/// and nothing else.
fn put(rest: &mut Value, path: &str, value: Value) {
    let steps = path.split('/').skip(1);
    *steps.fold(rest, |rest, step| &mut rest[step]) = value;
}
