//! The kinds of ours that a mapping can tell.

use serde::Deserialize;

use crate::Data;
use crate::event::{
    ActivityKind, AppChange, Change, ConversationChange, Entity, EntityChange, EntityKind,
    KIND_PREFIX, KINDS, ParticipationChange, ReactionChange, TypingChange,
};

/// A kind of ours, by its name.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(try_from = "String")]
pub(super) enum Kind {
    Message(Change),
    Status,
    Reaction(ReactionChange),
    Interaction,
    Typing(TypingChange),
    Conversation(ConversationChange),
    Participation(ParticipationChange),
    Activity(ActivityKind),
    App(AppChange),
    Entity(EntityChange, EntityKind),
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        Some(match name.strip_prefix(KIND_PREFIX).unwrap_or(name) {
            "message.created" => Self::Message(Change::Created),
            "message.updated" => Self::Message(Change::Updated),
            "message.deleted" => Self::Message(Change::Deleted),
            "message.status_changed" => Self::Status,
            "reaction.added" => Self::Reaction(ReactionChange::Added),
            "reaction.removed" => Self::Reaction(ReactionChange::Removed),
            "interaction.submitted" => Self::Interaction,
            "typing.started" => Self::Typing(TypingChange::Started),
            "typing.stopped" => Self::Typing(TypingChange::Stopped),
            "conversation.created" => Self::Conversation(ConversationChange::Created),
            "conversation.updated" => Self::Conversation(ConversationChange::Updated),
            "conversation.status_changed" => Self::Conversation(ConversationChange::StatusChanged),
            "conversation.assigned" => Self::Conversation(ConversationChange::Assigned),
            "conversation.read" => Self::Conversation(ConversationChange::Read),
            "participant.joined" => Self::Participation(ParticipationChange::Joined),
            "participant.left" => Self::Participation(ParticipationChange::Left),
            "chat.received" => Self::Activity(ActivityKind::Chat),
            "call.incoming" => Self::Activity(ActivityKind::Call),
            "mail.received" => Self::Activity(ActivityKind::Mail),
            "page.visited" => Self::Activity(ActivityKind::Page),
            "widget.opened" => Self::Activity(ActivityKind::Widget),
            "app.installed" => Self::App(AppChange::Installed),
            "app.uninstalled" => Self::App(AppChange::Uninstalled),
            name => {
                let mut pairs = EntityKind::ALL.iter().flat_map(|entity| {
                    let changes = EntityChange::ALL.iter();
                    changes.map(move |change| (*change, *entity))
                });
                let (change, entity) = pairs.find(|(change, entity)| {
                    let data: Data = Entity::new(*entity, "").after(*change);
                    data.kind() == name
                })?;
                Self::Entity(change, entity)
            }
        })
    }
}

impl TryFrom<String> for Kind {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::named(&name).ok_or_else(|| {
            let can = KINDS.iter().map(|kind| kind.name);
            let can: Vec<_> = can.filter(|name| Self::named(name).is_some()).collect();
            format!(
                "`{name}` is no kind that a mapping can tell; these are: {}",
                can.join(", ")
            )
        })
    }
}
