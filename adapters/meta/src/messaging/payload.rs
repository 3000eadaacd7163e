//! Messenger's and Instagram's own words: only the fields that are read.

use serde::Deserialize;
use switchboard_core::read::Time;

use crate::loose::{Loose, Needed, Text};

/// What stands beside every kind of thing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Heading {
    pub(crate) sender: Loose<Peer>,
    pub(crate) recipient: Loose<Peer>,
    pub(crate) timestamp: Loose<Time>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Peer {
    pub(crate) id: Text,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    pub(crate) mid: Needed,
    #[serde(default)]
    pub(crate) text: Text,
    #[serde(default)]
    pub(crate) attachments: Loose<Vec<Loose<Attached>>>,
    #[serde(default)]
    pub(crate) quick_reply: Loose<QuickReply>,
    #[serde(default)]
    pub(crate) reply_to: Loose<ReplyTo>,
    #[serde(default)]
    pub(crate) is_echo: Loose<bool>,
    #[serde(default)]
    pub(crate) is_deleted: Loose<bool>,
}

/// The type is written here, and most of the rest a step deeper.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Attached {
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) payload: Loose<AttachedPayload>,
    pub(crate) title: Text,
    pub(crate) url: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AttachedPayload {
    pub(crate) title: Text,
    pub(crate) url: Text,
    pub(crate) sticker_id: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct QuickReply {
    pub(crate) payload: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReplyTo {
    pub(crate) mid: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Postback {
    pub(crate) mid: Text,
    pub(crate) title: Text,
    pub(crate) payload: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Delivery {
    pub(crate) mids: Loose<Vec<Loose<String>>>,
}

/// Which message was read, on Instagram. Messenger has a `watermark`, up to which all were.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Read {
    pub(crate) mid: Text,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reaction {
    pub(crate) mid: Needed,
    pub(crate) action: Action,
    #[serde(default)]
    pub(crate) emoji: Text,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    React,
    Unreact,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Edit {
    pub(crate) mid: Needed,
    #[serde(default)]
    pub(crate) text: Text,
}
