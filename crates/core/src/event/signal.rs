//! Small things that happen around messages: reactions and typing.

use serde::{Deserialize, Serialize};

use super::{Conversation, Data, Direction, Party};
use crate::Timestamp;

/// Data of `reaction.added` and `reaction.removed`.
///
/// ```
/// use switchboard_core::event::{
///     Conversation, Direction, MessageReference, Party, Reaction, Role,
/// };
///
/// let reaction = Reaction {
///     direction: Direction::Inbound,
///     actor: Party::new(Role::Contact),
///     conversation: Conversation::default(),
///     message: MessageReference::default(),
///     emoji: Some("👍".into()),
/// };
/// assert_eq!(reaction.added().kind(), "reaction.added");
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reaction {
    /// Which way it goes.
    pub direction: Direction,
    /// Who reacted.
    pub actor: Party,
    /// Where.
    pub conversation: Conversation,
    /// To which message.
    pub message: MessageReference,
    /// With what; absent when the provider does not say which one was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
}

impl Reaction {
    /// It was added.
    pub fn added(self) -> Data {
        Data::Reaction(ReactionChange::Added, Box::new(self))
    }

    /// It was taken back.
    pub fn removed(self) -> Data {
        Data::Reaction(ReactionChange::Removed, Box::new(self))
    }
}

/// What happened to a reaction.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReactionChange {
    /// It was added.
    Added,
    /// It was taken back.
    Removed,
}

/// A message by its ids.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageReference {
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The integration's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

/// Data of `typing.started` and `typing.stopped`.
///
/// ```
/// use switchboard_core::event::{Conversation, Direction, Party, Role, Typing};
///
/// let typing = Typing {
///     direction: Direction::Inbound,
///     actor: Party::new(Role::Contact),
///     conversation: Conversation::default(),
///     expires_at: None,
/// };
/// assert_eq!(typing.started().kind(), "typing.started");
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Typing {
    /// Which way it goes.
    pub direction: Direction,
    /// Who types.
    pub actor: Party,
    /// Where.
    pub conversation: Conversation,
    /// Until when it holds without another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl Typing {
    /// It began, or goes on.
    pub fn started(self) -> Data {
        Data::Typing(TypingChange::Started, Box::new(self))
    }

    /// It ended.
    pub fn stopped(self) -> Data {
        Data::Typing(TypingChange::Stopped, Box::new(self))
    }
}

/// What happened to somebody's typing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TypingChange {
    /// It began, or goes on.
    Started,
    /// It ended.
    Stopped,
}
