//! Reading events back: from a kind and JSON to typed data.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{
    Activity, ConversationState, Data, Entity, EntityChange, Event, Installation, Interaction,
    Kind, Message, MessageStatus, Participation, Reaction, TemplateReview, Typing,
};
use crate::ParseError;

impl Data {
    /// Reads the `data` of an event of `kind`, with or without its reverse-DNS prefix. Members
    /// that are not in the model, such as `provider`, are passed over.
    ///
    /// ```
    /// use serde_json::json;
    /// use switchboard_core::Data;
    ///
    /// let data = json!({"entity": {"type": "lead", "id": "7"}, "provider": {"colour": "red"}});
    /// let Ok(Data::Entity(_, lead)) = Data::read("lead.created", data) else {
    ///     panic!("not a lead")
    /// };
    /// assert_eq!(lead.entity.id, "7");
    /// ```
    ///
    /// # Errors
    ///
    /// When `kind` is none of [`KINDS`](super::KINDS), or `data` is not what this kind has: a
    /// newer Switchboard may have kinds and enum values that this one does not know.
    pub fn read(kind: &str, data: Value) -> Result<Self, ReadError> {
        Self::read_from(kind, data)
    }

    /// [`read`](Self::read) of data that need not be a tree.
    pub(crate) fn read_from<'de, D>(kind: &str, data: D) -> Result<Self, ReadError>
    where
        D: Deserializer<'de, Error = serde_json::Error>,
    {
        let kind = Kind::named(kind).ok_or_else(|| ReadError::UnknownKind(kind.to_owned()))?;
        let read = match kind.name {
            "message.created" => typed(data, Message::created),
            "message.updated" => typed(data, Message::updated),
            "message.deleted" => typed(data, Message::deleted),
            "message.status_changed" => typed(data, MessageStatus::changed),
            "reaction.added" => typed(data, Reaction::added),
            "reaction.removed" => typed(data, Reaction::removed),
            "interaction.submitted" => typed(data, Interaction::submitted),
            "typing.started" => typed(data, Typing::started),
            "typing.stopped" => typed(data, Typing::stopped),
            "conversation.created" => typed(data, ConversationState::created),
            "conversation.updated" => typed(data, ConversationState::updated),
            "conversation.status_changed" => typed(data, ConversationState::status_changed),
            "conversation.assigned" => typed(data, ConversationState::assigned),
            "conversation.read" => typed(data, ConversationState::read),
            "participant.joined" => typed(data, Participation::joined),
            "participant.left" => typed(data, Participation::left),
            "call.incoming" => typed(data, Activity::call_incoming),
            "chat.received" => typed(data, Activity::chat_received),
            "mail.received" => typed(data, Activity::mail_received),
            "page.visited" => typed(data, Activity::page_visited),
            "widget.opened" => typed(data, Activity::widget_opened),
            "app.installed" => typed(data, Installation::installed),
            "app.uninstalled" => typed(data, Installation::uninstalled),
            "template.reviewed" => typed(data, TemplateReview::reviewed),
            "provider.event" => typed(data, Self::Unknown),
            // All others are about an entity, and the entity says of which kind it is.
            _ => return entity(kind, data),
        };
        read.map_err(|error| ReadError::invalid(kind, error))
    }
}

impl Event {
    /// The typed [`data`](Self::data).
    ///
    /// # Errors
    ///
    /// As [`Data::read`].
    pub fn read(&self) -> Result<Data, ReadError> {
        Data::read(&self.kind, self.data.clone())
    }
}

/// Why an event's data could not be read. Says what was expected, never what stood there.
///
/// ```
/// use serde_json::json;
/// use switchboard_core::Data;
/// use switchboard_core::event::ReadError;
///
/// let newer = Data::read("invoice.paid", json!({})).unwrap_err();
/// assert_eq!(newer, ReadError::UnknownKind("invoice.paid".into()));
///
/// let wrong = Data::read("message.created", json!({"direction": "inbound"})).unwrap_err();
/// let ReadError::Invalid { kind, source } = wrong else {
///     panic!("a message has more than a direction")
/// };
/// assert_eq!((kind, source.to_string().as_str()), ("message.created", "missing field `intent`"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no such kind, or not yet.
    #[error("no kind `{0}`")]
    UnknownKind(String),
    /// The data is not what this kind has.
    #[error("not the data of `{kind}`")]
    Invalid {
        /// The kind.
        kind: &'static str,
        /// What is wrong with it.
        source: ParseError,
    },
}

impl ReadError {
    fn invalid(kind: &Kind, error: serde_json::Error) -> Self {
        Self::Invalid {
            kind: kind.name,
            source: error.into(),
        }
    }
}

fn typed<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    data: D,
    happened: impl FnOnce(T) -> Data,
) -> Result<Data, D::Error> {
    T::deserialize(data).map(happened)
}

fn entity<'de, D>(kind: &'static Kind, data: D) -> Result<Data, ReadError>
where
    D: Deserializer<'de, Error = serde_json::Error>,
{
    let entity = Entity::deserialize(data).map_err(|error| ReadError::invalid(kind, error))?;
    let of_kind = |change: &&EntityChange| change.kind(entity.entity.kind) == kind.name;
    match EntityChange::ALL.iter().find(of_kind) {
        Some(change) => Ok(entity.after(*change)),
        None => Err(ReadError::Invalid {
            kind: kind.name,
            source: ParseError::new("`entity.type` is that of another kind"),
        }),
    }
}
