//! Conversations as such: that they begin, change hands, and end.

use serde::{Deserialize, Serialize};

use super::{Changes, Conversation, Data, Party};
use crate::Timestamp;

/// Data of `conversation.created`, `conversation.updated`, `conversation.status_changed`,
/// `conversation.assigned` and `conversation.read`: how the conversation is after it.
///
/// ```
/// use switchboard_core::Data;
/// use switchboard_core::event::{Conversation, ConversationState};
///
/// /// What the provider's word means; any other is a change of some sort.
/// fn told(word: &str, state: ConversationState) -> Data {
///     match word {
///         "opened" => state.created(),
///         "resolved" | "snoozed" => state.status_changed(),
///         "handed_over" => state.assigned(),
///         "seen" => state.read(),
///         _ => state.updated(),
///     }
/// }
///
/// let mut state = ConversationState::of(Conversation {
///     id: Some("42".into()),
///     ..Conversation::default()
/// });
/// state.status = Some("resolved".into());
/// assert_eq!(told("resolved", state.clone()).kind(), "conversation.status_changed");
/// assert_eq!(told("labelled", state).kind(), "conversation.updated");
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConversationState {
    /// Which conversation.
    pub conversation: Conversation,
    /// The provider's word for its state, for example `open`, `resolved`, `snoozed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Changes::is_empty")]
    pub changes: Changes,
    /// Who changed it, or who read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Party>,
    /// The customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Party>,
    /// Who is to answer; absent when nobody is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Party>,
    /// Up to when it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_until: Option<Timestamp>,
}

impl ConversationState {
    /// The state of `conversation`, of which nothing else is known.
    pub fn of(conversation: Conversation) -> Self {
        Self {
            conversation,
            ..Self::default()
        }
    }

    /// It began.
    pub fn created(self) -> Data {
        self.after(ConversationChange::Created)
    }

    /// It changed in another way than the rest of these.
    pub fn updated(self) -> Data {
        self.after(ConversationChange::Updated)
    }

    /// It was opened, put off, resolved.
    pub fn status_changed(self) -> Data {
        self.after(ConversationChange::StatusChanged)
    }

    /// Somebody is to answer it, or nobody any more.
    pub fn assigned(self) -> Data {
        self.after(ConversationChange::Assigned)
    }

    /// Somebody read it.
    pub fn read(self) -> Data {
        self.after(ConversationChange::Read)
    }

    fn after(self, change: ConversationChange) -> Data {
        Data::Conversation(change, Box::new(self))
    }
}

/// What happened to a conversation.
///
/// ```
/// use switchboard_core::Data;
/// use switchboard_core::event::{Conversation, ConversationChange, ConversationState};
///
/// /// Whether a desk should look at its queue again.
/// fn is_of_queue(data: &Data) -> bool {
///     use ConversationChange::{Assigned, Created, StatusChanged};
///     matches!(data, Data::Conversation(Created | StatusChanged | Assigned, _))
/// }
///
/// let state = ConversationState::of(Conversation::default());
/// assert!(is_of_queue(&state.clone().assigned()));
/// assert!(!is_of_queue(&state.read()));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ConversationChange {
    /// It began.
    Created,
    /// It changed in another way than the rest of these.
    Updated,
    /// It was opened, put off, resolved.
    StatusChanged,
    /// Somebody is to answer it, or nobody any more.
    Assigned,
    /// Somebody read it.
    Read,
}
