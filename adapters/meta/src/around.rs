//! What a batch says around its parts. It is told once, with the first of them, so that a batch of a
//! thousand is not told a thousand times.

use serde_json::{Map, Value};
use switchboard_core::read::Time;
use switchboard_core::{Data, Draft};

use crate::loose::text;
use crate::place::{Network, Place};

/// The name under which it stands in an event's `provider`.
const BATCH: &str = "batch";

/// The fields whose kind of thing is the kind of the event.
const TOLD_FIELDS: [&str; 10] = [
    "calls",
    "comments",
    "feed",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "message_template_status_update",
    "messages",
    "smb_message_echoes",
];

/// What is left at each level of a body when its parts are taken out.
#[derive(Debug, Default)]
pub(crate) struct Around(Map<String, Value>);

impl Around {
    pub(crate) fn keep(&mut self, level: &str, rest: Map<String, Value>) {
        self.0.insert(level.to_owned(), rest.into());
    }

    /// Keeps with the draft what it does not tell already.
    pub(crate) fn attach(mut self, draft: &mut Draft, place: &Place) {
        self.forget("/entry", "id", |id| {
            place.account.is_some() && text(id) == place.account
        });
        self.forget("/entry", "time", |time| {
            let at = text(time).and_then(|time| Time::read(&time).0);
            at.is_some() && at == draft.time
        });
        if let Data::Unknown(unknown) = &draft.data {
            self.forget("/change", "field", |field| field == &*unknown.kind);
            self.forget("/body", "object", |object| object == &*unknown.kind);
        } else {
            self.forget("/body", "object", |object| {
                place.network != Network::Other && Network::of(object.as_str()) == place.network
            });
            self.forget("/change", "field", |field| {
                field
                    .as_str()
                    .is_some_and(|field| TOLD_FIELDS.contains(&field))
            });
            self.forget("/value", "messaging_product", |it| it == "whatsapp");
            let told = told(draft);
            for name in ["phone_number_id", "display_phone_number"] {
                self.forget("/value/metadata", name, |number| {
                    text(number).is_some_and(|number| told.contains(&Some(&number)))
                });
            }
            self.prune();
        }
        self.0.retain(|_, level| !is_empty(level));
        if !self.0.is_empty() {
            attach(&mut draft.rest, BATCH, self.0.into());
        }
    }

    /// Takes `name` out of `level` where the draft tells it.
    fn forget(&mut self, level: &str, name: &str, is_told: impl FnOnce(&Value) -> bool) {
        let (first, below) = level[1..].split_once('/').unwrap_or((&level[1..], ""));
        let level = match (self.0.get_mut(first), below) {
            (Some(level), "") => Some(level),
            (Some(level), below) => level.get_mut(below),
            (None, _) => None,
        };
        if let Some(Value::Object(level)) = level
            && level.get(name).is_some_and(is_told)
        {
            level.remove(name);
        }
    }

    fn prune(&mut self) {
        if let Some(Value::Object(value)) = self.0.get_mut("value") {
            value.retain(|_, below| !is_empty(below));
        }
    }
}

/// The line and the numbers that a draft tells.
fn told(draft: &Draft) -> Vec<Option<&String>> {
    match &draft.data {
        Data::Message(_, message) => {
            let people = message.recipients.iter().chain([&message.actor]);
            let phones = people.map(|party| party.phone.as_ref());
            phones
                .chain([message.conversation.inbox.as_ref()])
                .collect()
        }
        Data::MessageStatus(status) => {
            vec![
                status.actor.phone.as_ref(),
                status.conversation.inbox.as_ref(),
            ]
        }
        Data::Reaction(_, reaction) => vec![
            reaction.actor.phone.as_ref(),
            reaction.conversation.inbox.as_ref(),
        ],
        Data::Conversation(_, state) => {
            let phone = state.actor.as_ref().and_then(|actor| actor.phone.as_ref());
            vec![phone, state.conversation.inbox.as_ref()]
        }
        Data::Participation(_, participation) => {
            let actor = participation.actor.as_ref();
            let phone = actor.and_then(|actor| actor.phone.as_ref());
            vec![phone, participation.conversation.inbox.as_ref()]
        }
        Data::Activity(_, activity) => {
            let conversation = activity.conversation.as_ref();
            vec![conversation.and_then(|conversation| conversation.inbox.as_ref())]
        }
        _ => Vec::new(),
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

/// Puts `value` into the rest by `name`, or by a longer one where Meta has something of that name.
pub(crate) fn attach(rest: &mut Value, name: &str, value: Value) {
    let mut name = name.to_owned();
    while rest.get(&name).is_some() {
        name.push('_');
    }
    put(rest, &[&name], value);
}

/// Puts `value` into the rest, in its own place.
pub(crate) fn put(rest: &mut Value, path: &[&str], value: Value) {
    let mut place = rest;
    for step in path {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[step];
    }
    *place = value;
}

/// Keeps a text that was read and is not among what is told.
pub(crate) fn keep_untold(
    rest: &mut Value,
    path: &[&str],
    text: Option<String>,
    told: &[&Option<String>],
) {
    if text.is_some() && !told.contains(&&text) {
        put(rest, path, text.into());
    }
}
