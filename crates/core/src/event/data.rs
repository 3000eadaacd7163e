//! The kinds of events, and which kind and subject a piece of data has.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Message, Reaction, ReactionChange, Typing, TypingChange};

/// What happened, typed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Data {
    /// `message.created`, `message.updated`, `message.deleted`.
    Message(Change, Box<Message>),
    /// `reaction.added`, `reaction.removed`.
    Reaction(ReactionChange, Box<Reaction>),
    /// `typing.started`, `typing.stopped`.
    Typing(TypingChange, Box<Typing>),
    /// `provider.event`.
    Unknown(Unknown),
}

impl Data {
    /// The kind, for example `message.created`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Message(Change::Created, _) => "message.created",
            Self::Message(Change::Updated, _) => "message.updated",
            Self::Message(Change::Deleted, _) => "message.deleted",
            Self::Reaction(ReactionChange::Added, _) => "reaction.added",
            Self::Reaction(ReactionChange::Removed, _) => "reaction.removed",
            Self::Typing(TypingChange::Started, _) => "typing.started",
            Self::Typing(TypingChange::Stopped, _) => "typing.stopped",
            Self::Unknown(_) => "provider.event",
        }
    }

    /// What it is about, for example `conversation/42`: the provider's own id where there is one.
    pub fn subject(&self) -> Option<String> {
        let conversation = match self {
            Self::Message(_, message) => &message.conversation,
            Self::Reaction(_, reaction) => &reaction.conversation,
            Self::Typing(_, typing) => &typing.conversation,
            Self::Unknown(_) => return None,
        };
        let id = conversation
            .id
            .as_ref()
            .or(conversation.external_id.as_ref())?;
        Some(format!("conversation/{id}"))
    }

    /// The data as JSON.
    pub(super) fn to_json(&self) -> Value {
        let json = match self {
            Self::Message(_, message) => serde_json::to_value(message),
            Self::Reaction(_, reaction) => serde_json::to_value(reaction),
            Self::Typing(_, typing) => serde_json::to_value(typing),
            Self::Unknown(unknown) => serde_json::to_value(unknown),
        };
        json.expect("the event model has text keys only")
    }
}

impl From<Unknown> for Data {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

/// What happened to a thing that lives on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// It came to be.
    Created,
    /// It changed.
    Updated,
    /// It is gone.
    Deleted,
}

/// Data of `provider.event`: genuine, but of a kind we have no words for, or a part of a batch
/// that could not be read.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Unknown {
    /// The provider's name for it.
    pub kind: String,
    /// Everything the provider sent.
    pub fields: Value,
    /// Why it could not be read, where it is of a known kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
