//! Messages: who wrote what to whom, and where.

use serde::{Deserialize, Serialize};

use super::{Change, Data};
use crate::Timestamp;

/// Data of `message.created`, `message.updated` and `message.deleted`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
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
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
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
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Intent {
    /// To know of it: it was delivered already.
    Notify,
    /// To deliver it to its recipients.
    Deliver,
}

/// Somebody who takes part.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
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
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
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

/// What a message says.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
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

/// A file, a place or a person that comes with a message. Nothing is ever fetched from its URLs.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Attachment {
    /// What it is.
    pub kind: AttachmentKind,
    /// The provider's name for the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_kind: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who can fetch it, and how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// The media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The name as shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Where its small picture is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_url: Option<String>,
}

impl Attachment {
    /// Something of this kind, of which nothing else is known.
    pub fn new(kind: AttachmentKind) -> Self {
        Self {
            kind,
            original_kind: None,
            url: None,
            access: None,
            mime: None,
            size: None,
            file_name: None,
            thumbnail_url: None,
        }
    }
}

/// What an attachment is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Sound that was not recorded for this conversation.
    Audio,
    /// Sound that was.
    Voice,
    /// Any other file.
    File,
    /// A sticker.
    Sticker,
    /// A place.
    Location,
    /// A person's card.
    Contact,
    /// A page.
    Link,
}

/// Who can fetch a URL, and how long.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Access {
    /// Anybody, as long as it is there.
    Public,
    /// Anybody, for a while.
    Expiring,
    /// Whoever has the provider's token.
    Bearer,
}

/// What can be pressed, picked or filled in, and what was.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Interactive {
    /// What it is.
    pub kind: InteractiveKind,
    /// What can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// What was chosen or filled in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub submitted: Vec<Submission>,
    /// The approved template that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
}

impl Interactive {
    /// Something of this kind without items.
    pub fn new(kind: InteractiveKind) -> Self {
        Self {
            kind,
            items: Vec::new(),
            submitted: Vec::new(),
            template: None,
        }
    }
}

/// What kind of thing can be pressed, picked or filled in.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InteractiveKind {
    /// Quick answers.
    Options,
    /// A list with sections.
    List,
    /// Buttons under the message.
    Buttons,
    /// Cards with pictures and actions.
    Cards,
    /// Fields to fill in.
    Form,
    /// An approved template.
    Template,
}

/// One thing to choose.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Item {
    /// What comes back when it is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The words on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// More words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The page it opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_url: Option<String>,
    /// The section or row it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Things to choose on it, for example a card's buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Self>,
}

/// One thing that was chosen or filled in.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Submission {
    /// The item's id or the field's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The words on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What was filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// An approved template and what was filled into it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Template {
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The integration's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The words with their placeholders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What stands for the placeholders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
}

/// What stands for one placeholder of a template.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Parameter {
    /// The placeholder.
    pub name: String,
    /// What stands for it.
    pub value: String,
}
