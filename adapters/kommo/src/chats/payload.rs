//! Kommo's own words: only the fields that `normalize` reads.
//!
//! Nearly everything is optional, as Kommo leaves out what it does not know. An empty list stands for an
//! empty object in all of these types, as it does in PHP.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use switchboard_core::read::{self, Time};
use switchboard_core::{DedupKey, Kept, Part};

/// One webhook, and what can be told of it even where it could not be read: what
/// [`KommoChats`](super::KommoChats) parses.
#[derive(Debug)]
pub struct Payload {
    pub(super) account: Option<String>,
    pub(super) time: Time,
    pub(super) hook: Hook,
}

/// Which webhook it is. Nothing but its shape tells.
#[derive(Debug)]
pub(super) enum Hook {
    /// With what was not read of it.
    Message(Box<MessageHook>, Value),
    /// A message that could not be read, and why.
    Unread {
        raw: Value,
        reason: String,
    },
    /// With the key that its body gives, as it has no id.
    MessageV1(Part<MessageV1>, DedupKey),
    Typing(Part<TypingHook>),
    Reaction(Part<ReactionHook>),
    Unknown {
        kind: String,
        raw: Value,
    },
}

/// A text, a number's digits, or nothing: absent, null and empty are the same.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(transparent)]
pub(super) struct Text(#[serde(deserialize_with = "read::text")] pub(super) Option<String>);

/// A number of bytes, or nothing: absent, null and zero are the same.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Size(#[serde(deserialize_with = "read::count")] pub(super) Option<u64>);

/// A time, and how it was written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) time: Time,
    pub(super) raw: Value,
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::tolerant(deserializer, |kept: Kept<Time>| {
            kept.rest.is_null().then_some(Self {
                time: kept.value,
                raw: kept.raw,
            })
        })
    }
}

/// Its message is required, and so is the message's content: by these two a message is known.
#[derive(Debug, Deserialize)]
pub(super) struct MessageHook {
    #[serde(default)]
    pub(super) account_id: Text,
    #[serde(default)]
    pub(super) time: Written,
    pub(super) message: Message,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) receiver: Option<Person>,
    pub(super) sender: Option<Person>,
    pub(super) conversation: Option<Chat>,
    pub(super) source: Option<Source>,
    #[serde(default)]
    pub(super) timestamp: Written,
    #[serde(default)]
    pub(super) msec_timestamp: Written,
    pub(super) message: Content,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Person {
    pub(super) id: Text,
    pub(super) client_id: Text,
    pub(super) name: Text,
    pub(super) phone: Text,
    pub(super) email: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chat {
    pub(super) id: Text,
    pub(super) client_id: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Source {
    pub(super) external_id: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Content {
    pub(super) id: Text,
    #[serde(rename = "type")]
    pub(super) kind: Text,
    pub(super) text: Text,
    pub(super) media: Text,
    pub(super) thumbnail: Text,
    pub(super) file_name: Text,
    pub(super) file_size: Size,
    pub(super) media_group_id: Text,
    pub(super) markup: Option<Markup>,
    pub(super) template: Option<Template>,
    pub(super) reply_to: Option<ReplyTo>,
    pub(super) forwards: Option<Forwards>,
    /// Being there is what tells a reply to a comment; the post's id stays with the rest.
    pub(super) post: Option<IgnoredAny>,
}

/// Buttons in rows, or a list to open.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Markup {
    pub(super) buttons: Vec<Vec<Button>>,
    pub(super) list_message: Option<ListMessage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Button {
    pub(super) text: Text,
    pub(super) url: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListMessage {
    pub(super) sections: Vec<Section>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Section {
    pub(super) title: Text,
    pub(super) rows: Vec<Row>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    pub(super) callback_data: Text,
    pub(super) title: Text,
    pub(super) description: Text,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub(super) struct Template {
    pub(super) id: Text,
    pub(super) external_id: Text,
    pub(super) content: Text,
    pub(super) params: Vec<Param>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub(super) struct Param {
    pub(super) key: Text,
    pub(super) value: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReplyTo {
    pub(super) message: Option<Embedded>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Forwards {
    pub(super) messages: Vec<Embedded>,
}

/// A message within a message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Embedded {
    pub(super) id: Text,
    pub(super) msgid: Text,
    #[serde(rename = "type")]
    pub(super) kind: Text,
    pub(super) text: Text,
    pub(super) media: Text,
    pub(super) thumbnail: Text,
    pub(super) file_name: Text,
    pub(super) file_size: Size,
    pub(super) timestamp: Time,
    pub(super) msec_timestamp: Time,
    pub(super) sender: Option<Person>,
}

/// The first version, deprecated: no account, no sender, no message id; all ids are ours.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MessageV1 {
    pub(super) receiver: Text,
    pub(super) conversation_id: Text,
    pub(super) msec_timestamp: Time,
    #[serde(rename = "type")]
    pub(super) kind: Text,
    pub(super) text: Text,
    pub(super) media: Text,
    pub(super) thumbnail: Text,
    pub(super) file_name: Text,
    pub(super) file_size: Size,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TypingHook {
    pub(super) account_id: Text,
    pub(super) time: Time,
    pub(super) action: TypingAction,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TypingAction {
    pub(super) typing: Typing,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typing {
    pub(super) user: Option<Person>,
    pub(super) conversation: Option<Chat>,
    pub(super) expired_at: Time,
}

#[derive(Debug, Deserialize)]
pub(super) struct ReactionHook {
    #[serde(default)]
    pub(super) account_id: Text,
    #[serde(default)]
    pub(super) time: Time,
    pub(super) action: ReactionAction,
}

#[derive(Debug, Deserialize)]
pub(super) struct ReactionAction {
    pub(super) reaction: Reaction,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reaction {
    pub(super) message: Option<Reacted>,
    /// What stood in place of `message` until 2023: the same id.
    #[serde(default)]
    pub(super) msgid: Text,
    pub(super) user: Option<Person>,
    pub(super) conversation: Option<Chat>,
    /// The one field without which nobody knows what happened.
    #[serde(rename = "type")]
    pub(super) kind: ReactionKind,
    #[serde(default)]
    pub(super) emoji: Text,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ReactionKind {
    React,
    Unreact,
}

/// The message that was reacted to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reacted {
    pub(super) id: Text,
    pub(super) client_id: Text,
}
