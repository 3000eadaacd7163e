//! What happened, typed, and the kind and subject that follow from it.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::{
    Activity, ActivityKind, AppChange, Conversation, ConversationChange, ConversationState, Entity,
    EntityChange, Installation, Interaction, Message, MessageStatus, Participation,
    ParticipationChange, Reaction, ReactionChange, TemplateReview, Typing, TypingChange,
};

/// What happened, typed.
///
/// An adapter makes it by a method of the struct in it, and a handler takes it apart:
///
/// ```
/// use switchboard_core::Data;
/// use switchboard_core::event::{Change, Entity, EntityChange, EntityKind};
///
/// fn told(data: &Data) -> String {
///     match data {
///         Data::Message(Change::Created, _) => "a message was written".to_owned(),
///         Data::Entity(EntityChange::Assigned, entity) => {
///             format!("{} has a new owner", entity.entity.id)
///         }
///         other => other.kind().to_owned(),
///     }
/// }
///
/// let lead = Entity::new(EntityKind::Lead, "7").after(EntityChange::Assigned);
/// assert_eq!(told(&lead), "7 has a new owner");
/// assert_eq!(lead.subject().as_deref(), Some("lead/7"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Data {
    /// `message.created`, `message.updated`, `message.deleted`.
    Message(Change, Box<Message>),
    /// `message.status_changed`.
    MessageStatus(Box<MessageStatus>),
    /// `reaction.added`, `reaction.removed`.
    Reaction(ReactionChange, Box<Reaction>),
    /// `interaction.submitted`.
    Interaction(Box<Interaction>),
    /// `typing.started`, `typing.stopped`.
    Typing(TypingChange, Box<Typing>),
    /// `conversation.created`, `conversation.updated`, `conversation.status_changed`,
    /// `conversation.assigned`, `conversation.read`.
    Conversation(ConversationChange, Box<ConversationState>),
    /// `participant.joined`, `participant.left`.
    Participation(ParticipationChange, Box<Participation>),
    /// `call.incoming`, `chat.received`, `mail.received`, `page.visited`, `widget.opened`.
    Activity(ActivityKind, Box<Activity>),
    /// `lead.created`, `contact.assigned` and all others about a CRM entity.
    Entity(EntityChange, Box<Entity>),
    /// `app.installed`, `app.uninstalled`.
    App(AppChange, Box<Installation>),
    /// `template.reviewed`.
    Template(Box<TemplateReview>),
    /// `provider.event`.
    Unknown(Unknown),
}

impl Data {
    /// The kind, for example `message.created`: the name of one of [`KINDS`](super::KINDS).
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Message(Change::Created, _) => "message.created",
            Self::Message(Change::Updated, _) => "message.updated",
            Self::Message(Change::Deleted, _) => "message.deleted",
            Self::MessageStatus(_) => "message.status_changed",
            Self::Reaction(ReactionChange::Added, _) => "reaction.added",
            Self::Reaction(ReactionChange::Removed, _) => "reaction.removed",
            Self::Interaction(_) => "interaction.submitted",
            Self::Typing(TypingChange::Started, _) => "typing.started",
            Self::Typing(TypingChange::Stopped, _) => "typing.stopped",
            Self::Conversation(ConversationChange::Created, _) => "conversation.created",
            Self::Conversation(ConversationChange::Updated, _) => "conversation.updated",
            Self::Conversation(ConversationChange::StatusChanged, _) => {
                "conversation.status_changed"
            }
            Self::Conversation(ConversationChange::Assigned, _) => "conversation.assigned",
            Self::Conversation(ConversationChange::Read, _) => "conversation.read",
            Self::Participation(ParticipationChange::Joined, _) => "participant.joined",
            Self::Participation(ParticipationChange::Left, _) => "participant.left",
            Self::Activity(ActivityKind::Call, _) => "call.incoming",
            Self::Activity(ActivityKind::Chat, _) => "chat.received",
            Self::Activity(ActivityKind::Mail, _) => "mail.received",
            Self::Activity(ActivityKind::Page, _) => "page.visited",
            Self::Activity(ActivityKind::Widget, _) => "widget.opened",
            Self::Entity(change, entity) => change.kind(entity.entity.kind),
            Self::App(AppChange::Installed, _) => "app.installed",
            Self::App(AppChange::Uninstalled, _) => "app.uninstalled",
            Self::Template(_) => "template.reviewed",
            Self::Unknown(_) => "provider.event",
        }
    }

    /// What it is about, for example `conversation/42`: the provider's own id where there is one.
    pub fn subject(&self) -> Option<String> {
        match self {
            Self::Message(_, message) => conversation(&message.conversation),
            Self::MessageStatus(status) => conversation(&status.conversation),
            Self::Reaction(_, reaction) => conversation(&reaction.conversation),
            Self::Interaction(interaction) => conversation(&interaction.conversation),
            Self::Typing(_, typing) => conversation(&typing.conversation),
            Self::Conversation(_, state) => conversation(&state.conversation),
            Self::Participation(_, participation) => conversation(&participation.conversation),
            Self::Activity(_, activity) => activity.subject(),
            Self::Entity(_, entity) => Some(entity.entity.subject()),
            Self::App(_, installation) => subject("app", [&installation.app.id]),
            Self::Template(review) => {
                let template = &review.template;
                subject("template", [&template.id, &template.external_id])
            }
            Self::Unknown(_) => None,
        }
    }
}

/// What happened without the name of its kind, which the event says beside it: the JSON of `data`.
pub(super) struct Said<'a>(pub(super) &'a Data);

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Data::Message(_, message) => message.serialize(serializer),
            Data::MessageStatus(status) => status.serialize(serializer),
            Data::Reaction(_, reaction) => reaction.serialize(serializer),
            Data::Interaction(interaction) => interaction.serialize(serializer),
            Data::Typing(_, typing) => typing.serialize(serializer),
            Data::Conversation(_, state) => state.serialize(serializer),
            Data::Participation(_, participation) => participation.serialize(serializer),
            Data::Activity(_, activity) => activity.serialize(serializer),
            Data::Entity(_, entity) => entity.serialize(serializer),
            Data::App(_, installation) => installation.serialize(serializer),
            Data::Template(review) => review.serialize(serializer),
            Data::Unknown(unknown) => unknown.serialize(serializer),
        }
    }
}

impl From<Unknown> for Data {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

/// What happened to a thing that lives on.
///
/// ```
/// use switchboard_core::Data;
/// use switchboard_core::event::{Change, Direction, Message, Party};
///
/// /// What a search over messages does.
/// fn step(data: &Data) -> &'static str {
///     match data {
///         Data::Message(Change::Created | Change::Updated, _) => "write",
///         Data::Message(Change::Deleted, _) => "forget",
///         _ => "pass over",
///     }
/// }
///
/// let message = Message::new(Direction::Inbound, Party::default());
/// assert_eq!(step(&message.clone().updated()), "write");
/// assert_eq!(step(&message.deleted()), "forget");
/// ```
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
/// that could not be read. Made by [`Draft::unknown`](super::Draft::unknown) and
/// [`Draft::unread`](super::Draft::unread).
///
/// ```
/// use serde_json::json;
/// use switchboard_core::{DedupKey, Draft};
///
/// let draft = Draft::unknown("ping", json!({"id": 1}), DedupKey::None);
/// assert_eq!(draft.data.kind(), "provider.event");
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unknown {
    /// The provider's name for it.
    pub kind: String,
    /// Everything the provider sent.
    pub fields: Value,
    /// Why it could not be read, where it is of a known kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

pub(super) fn conversation(conversation: &Conversation) -> Option<String> {
    subject(
        "conversation",
        [&conversation.id, &conversation.external_id],
    )
}

/// `{of}/{id}` by the first id there is.
pub(super) fn subject<'a>(
    of: &str,
    ids: impl IntoIterator<Item = &'a Option<String>>,
) -> Option<String> {
    let id = ids.into_iter().flatten().next()?;
    Some(format!("{of}/{id}"))
}
