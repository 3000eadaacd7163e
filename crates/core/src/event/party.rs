//! Who takes part, and where.

use serde::{Deserialize, Serialize};

/// Somebody who takes part.
///
/// ```
/// use switchboard_core::event::{Party, Role};
///
/// let ann = Party {
///     id: Some("501".into()),
///     name: Some("Ann".into()),
///     phone: Some("+15550100".into()),
///     ..Party::new(Role::Contact)
/// };
/// let written = serde_json::to_value(&ann)?;
/// assert_eq!(written["role"], "contact");
/// assert_eq!(written.get("email"), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Party {
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The integration's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What they are to the business.
    pub role: Role,
    /// The name as shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The phone number, as the provider writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The picture's URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
}

impl Party {
    /// Somebody of this role, of whom nothing else is known.
    pub fn new(role: Role) -> Self {
        Self {
            role,
            ..Self::default()
        }
    }
}

/// What somebody is to the business.
///
/// ```
/// use switchboard_core::event::{Direction, Message, Party, Role};
///
/// /// Whether a bot may answer: nobody wants two of them to talk to each other.
/// fn may_answer(message: &Message) -> bool {
///     message.actor.role == Role::Contact
/// }
///
/// let by = |role| Message::new(Direction::Inbound, Party::new(role));
/// assert!(may_answer(&by(Role::Contact)));
/// assert!(!may_answer(&by(Role::Bot)));
/// ```
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// A customer.
    Contact,
    /// A person who works for the business.
    Agent,
    /// A program.
    Bot,
    /// The provider itself.
    System,
    /// The provider does not say.
    #[default]
    Unknown,
}

/// Where a message was written.
///
/// ```
/// use switchboard_core::event::{Conversation, ConversationState};
///
/// let group = Conversation {
///     id: Some("42".into()),
///     kind: Some("group".into()),
///     channel: Some("whatsapp".into()),
///     ..Conversation::default()
/// };
/// let data = ConversationState::of(group).created();
/// assert_eq!(data.subject().as_deref(), Some("conversation/42"));
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Conversation {
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The integration's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The provider's kind of conversation, for example `group`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The business's line, inbox or page it runs through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox: Option<String>,
    /// The network it runs over, for example `whatsapp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}
