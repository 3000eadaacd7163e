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
/// assert_eq!(reaction.clone().added().kind(), "reaction.added");
/// assert_eq!(reaction.removed().kind(), "reaction.removed");
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
///
/// ```
/// use serde_json::json;
/// use switchboard_core::Data;
/// use switchboard_core::event::ReactionChange;
///
/// /// What a count of likes does.
/// fn likes(data: &Data) -> i64 {
///     match data {
///         Data::Reaction(ReactionChange::Added, it) if it.emoji.as_deref() == Some("👍") => 1,
///         Data::Reaction(ReactionChange::Removed, it) if it.emoji.as_deref() == Some("👍") => -1,
///         _ => 0,
///     }
/// }
///
/// let reaction = json!({
///     "direction": "inbound",
///     "actor": {"role": "contact"},
///     "conversation": {"id": "42"},
///     "message": {"id": "m-1"},
///     "emoji": "👍",
/// });
/// assert_eq!(likes(&Data::read("reaction.added", reaction.clone())?), 1);
/// assert_eq!(likes(&Data::read("reaction.removed", reaction)?), -1);
/// # Ok::<(), switchboard_core::event::ReadError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReactionChange {
    /// It was added.
    Added,
    /// It was taken back.
    Removed,
}

/// A message by its ids.
///
/// ```
/// use switchboard_core::event::{
///     DeliveryStatus, Direction, MessageReference, MessageStatus, Party,
/// };
///
/// let reference = MessageReference {
///     id: Some("m-1".into()),
///     external_id: Some("wamid.1".into()),
/// };
/// let status = MessageStatus {
///     message: reference,
///     ..MessageStatus::new(Direction::Outbound, Party::default(), DeliveryStatus::Sent)
/// };
/// assert_eq!(status.message.external_id.as_deref(), Some("wamid.1"));
/// ```
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
/// assert_eq!(typing.clone().started().kind(), "typing.started");
/// assert_eq!(typing.stopped().kind(), "typing.stopped");
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
///
/// ```
/// use switchboard_core::Data;
/// use switchboard_core::event::{Conversation, Direction, Party, Role, Typing, TypingChange};
///
/// /// Whether dots are to be shown from now on; `None` where it stays as it is.
/// fn shows_dots(data: &Data) -> Option<bool> {
///     match data {
///         Data::Typing(TypingChange::Started, _) => Some(true),
///         Data::Typing(TypingChange::Stopped, _) => Some(false),
///         _ => None,
///     }
/// }
///
/// let typing = Typing {
///     direction: Direction::Inbound,
///     actor: Party::new(Role::Contact),
///     conversation: Conversation::default(),
///     expires_at: None,
/// };
/// assert_eq!(shows_dots(&typing.stopped()), Some(false));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TypingChange {
    /// It began, or goes on.
    Started,
    /// It ended.
    Stopped,
}
