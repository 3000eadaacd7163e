//! Kommunicate's own words: only the fields that `normalize` reads.
//!
//! One shape for both webhooks: a message with what either says of it. Everything is optional but
//! `key` and `from`.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::read::{self, Time};
use switchboard_core::{Kept, Part};

/// One webhook: what [`Kommunicate`](crate::account::Kommunicate) and
/// [`KommunicateBot`](crate::bot::KommunicateBot) parse.
#[derive(Debug)]
pub struct Payload(pub(crate) Hook);

/// Which webhook it is. Nothing but its shape tells.
#[derive(Debug)]
pub(crate) enum Hook {
    Message(Box<Part<Message>>, Aside),
    /// Something that happened to a bot without anybody saying a word.
    Event(String, Box<Kept<Message>>),
    Unknown {
        kind: String,
        raw: Value,
    },
}

/// A text, a number's digits, or nothing: absent, null and empty are the same.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(transparent)]
pub(crate) struct Text(#[serde(deserialize_with = "read::text")] pub(crate) Option<String>);

/// A number of bytes, or nothing: absent, null and zero are the same.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(transparent)]
pub(crate) struct Size(#[serde(deserialize_with = "read::count")] pub(crate) Option<u64>);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) key: Text,
    pub(crate) from: Text,
    /// In a conversation of two alone; all others are groups.
    pub(crate) to: Text,
    pub(crate) bot_id: Text,
    pub(crate) group_id: Text,
    pub(crate) client_group_id: Text,
    pub(crate) message: Text,
    pub(crate) file: Option<File>,
    /// The account webhook's time; the others are the bot webhook's and the API's.
    pub(crate) time_stamp: Time,
    pub(crate) created_at: Time,
    pub(crate) created_at_time: Time,
    /// Bots are told it, under one name or the other.
    pub(crate) application_key: Text,
    pub(crate) application_id: Text,
}

impl Message {
    pub(crate) fn time(&self) -> Time {
        self.time_stamp.or(self.created_at).or(self.created_at_time)
    }

    pub(crate) fn account(&self) -> Option<&str> {
        let account = self.application_key.0.as_deref();
        account.or(self.application_id.0.as_deref())
    }
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct File {
    pub(crate) name: Text,
    pub(crate) url: Text,
    pub(crate) content_type: Text,
    pub(crate) size: Size,
    pub(crate) thumbnail_url: Text,
}

impl File {
    /// Whether it says anything.
    pub(crate) fn is_filled(&self) -> bool {
        *self != Self::default()
    }
}

/// What is read of fields that stay with the rest all the same, as they say more than the model.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    /// The number of the message's type; see `content.rs`.
    pub(crate) content_type: Text,
    pub(crate) attachments: Vec<Attached>,
}

/// A file or a place in a message to a bot.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Attached {
    /// A media type, or `location`.
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) payload: AttachedFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AttachedFile {
    pub(crate) name: Text,
    pub(crate) url: Text,
    pub(crate) size: Size,
}
