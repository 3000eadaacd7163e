//! Messages: who wrote what to whom, and where.

use serde::{Deserialize, Serialize};

use super::{Attachment, Change, Conversation, Data, Interactive, Party};
use crate::Timestamp;

/// Data of `message.created`, `message.updated` and `message.deleted`.
///
/// ```
/// use switchboard_core::event::{Direction, Message, Party, Role};
///
/// let mut message = Message::new(Direction::Inbound, Party::new(Role::Contact));
/// message.conversation.id = Some("42".into());
/// message.message.text = Some("Is anybody there?".into());
/// let data = message.clone().created();
/// assert_eq!(data.kind(), "message.created");
/// assert_eq!(data.subject().as_deref(), Some("conversation/42"));
///
/// // The same message later: with the words that it has then, or none.
/// message.message.text = Some("Is anybody here?".into());
/// assert_eq!(message.clone().updated().kind(), "message.updated");
/// message.message.text = None;
/// assert_eq!(message.deleted().kind(), "message.deleted");
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Message {
    /// Which way it goes. A bot that answers `outbound` messages answers an agent.
    pub direction: Direction,
    /// What the provider wants of us.
    pub intent: Intent,
    /// Who wrote it.
    pub actor: Party,
    /// To whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<Party>,
    /// Where.
    pub conversation: Conversation,
    /// What.
    pub message: Content,
}

impl Message {
    /// An empty message by `actor`, told for information.
    pub fn new(direction: Direction, actor: Party) -> Self {
        Self {
            direction,
            intent: Intent::Notify,
            actor,
            recipients: Vec::new(),
            conversation: Conversation::default(),
            message: Content::default(),
        }
    }

    /// It was written.
    pub fn created(self) -> Data {
        Data::Message(Change::Created, Box::new(self))
    }

    /// It was changed.
    pub fn updated(self) -> Data {
        Data::Message(Change::Updated, Box::new(self))
    }

    /// It was deleted.
    pub fn deleted(self) -> Data {
        Data::Message(Change::Deleted, Box::new(self))
    }
}

/// Which way a message goes.
///
/// ```
/// use switchboard_core::event::{Direction, Message, Party, Role};
///
/// /// Whether a bot should look at it: neither its own answers nor what agents write to each other.
/// fn is_question(message: &Message) -> bool {
///     message.direction == Direction::Inbound
/// }
///
/// let note = Message::new(Direction::Internal, Party::new(Role::Agent));
/// assert!(!is_question(&note));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Direction {
    /// From the customer to the business.
    Inbound,
    /// From the business to the customer.
    Outbound,
    /// Within the business: a private note.
    Internal,
    /// The provider does not say.
    Unknown,
}

/// What the provider wants of whoever receives a message.
///
/// ```
/// use switchboard_core::event::{Direction, Intent, Message, Party, Role};
///
/// // A CRM asks the integration that runs the channel to bring an agent's words to the customer.
/// let order = Message {
///     intent: Intent::Deliver,
///     ..Message::new(Direction::Outbound, Party::new(Role::Agent))
/// };
/// assert_eq!(serde_json::to_value(&order)?["intent"], "deliver");
///
/// let told = Message::new(Direction::Outbound, Party::new(Role::Agent));
/// assert_eq!(told.intent, Intent::Notify);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Intent {
    /// To know of it: it was delivered already.
    Notify,
    /// To deliver it to its recipients.
    Deliver,
}

/// What a message says.
///
/// ```
/// use switchboard_core::event::{Attachment, AttachmentKind, Content, Quote};
///
/// let content = Content {
///     id: Some("m-2".into()),
///     text: Some("Here is the *receipt*".into()),
///     format: Some("markdown".into()),
///     reply_to: Some(Box::new(Quote {
///         id: Some("m-1".into()),
///         ..Quote::default()
///     })),
///     attachments: vec![Attachment::new(AttachmentKind::File)],
///     ..Content::default()
/// };
/// let words = content.text.as_deref().unwrap_or("(no words)");
/// assert!(words.ends_with("*receipt*"));
/// assert_eq!(content.attachments[0].kind, AttachmentKind::File);
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Content {
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The integration's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How the words are written where it is not plain text, for example `markdown`, `html`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Messages of one group were sent as one, for example an album of pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Box<Quote>>,
    /// The messages it forwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forwarded: Vec<Quote>,
    /// Files, places, people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What can be pressed, picked or filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interactive: Option<Interactive>,
}

/// Another message that this one answers or forwards.
///
/// ```
/// use switchboard_core::event::{Content, Party, Quote, Role};
///
/// let content = Content {
///     text: Some("See what she wrote".into()),
///     forwarded: vec![Quote {
///         actor: Some(Party::new(Role::Contact)),
///         text: Some("Where is my order?".into()),
///         ..Quote::default()
///     }],
///     ..Content::default()
/// };
/// let words = content.forwarded.iter().filter_map(|quote| quote.text.as_deref());
/// assert!(words.eq(["Where is my order?"]));
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quote {
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The integration's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Party>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// The words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Files, places, people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}
