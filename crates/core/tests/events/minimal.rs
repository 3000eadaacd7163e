//! The least that the data of each kind can be.

use serde_json::Value;
use switchboard_core::Data;
use switchboard_core::event::{
    Activity, ConversationState, DeliveryStatus, Direction, Entity, EntityChange, EntityKind,
    Installation, Interaction, Interactive, InteractiveKind, Kind, Message, MessageStatus,
    Participation, Party, Reaction, ReviewStatus, Role, Template, TemplateReview, Typing, Unknown,
};

/// Data of `kind` with nothing in it that can be left out.
pub(crate) fn minimal(kind: &Kind) -> Data {
    match kind.name {
        "message.created" => message().created(),
        "message.updated" => message().updated(),
        "message.deleted" => message().deleted(),
        "message.status_changed" => {
            MessageStatus::new(Direction::Outbound, nobody(), DeliveryStatus::Sent).changed()
        }
        "reaction.added" => reaction().added(),
        "reaction.removed" => reaction().removed(),
        "interaction.submitted" => {
            Interaction::new(nobody(), Interactive::new(InteractiveKind::Form)).submitted()
        }
        "typing.started" => typing().started(),
        "typing.stopped" => typing().stopped(),
        "conversation.created" => ConversationState::default().created(),
        "conversation.updated" => ConversationState::default().updated(),
        "conversation.status_changed" => ConversationState::default().status_changed(),
        "conversation.assigned" => ConversationState::default().assigned(),
        "conversation.read" => ConversationState::default().read(),
        "participant.joined" => Participation::of(nobody()).joined(),
        "participant.left" => Participation::of(nobody()).left(),
        "call.incoming" => Activity::of(nobody()).call_incoming(),
        "chat.received" => Activity::of(nobody()).chat_received(),
        "mail.received" => Activity::of(nobody()).mail_received(),
        "page.visited" => Activity::of(nobody()).page_visited(),
        "widget.opened" => Activity::of(nobody()).widget_opened(),
        "app.installed" => Installation::default().installed(),
        "app.uninstalled" => Installation::default().uninstalled(),
        "template.reviewed" => {
            TemplateReview::new(Template::default(), ReviewStatus::Approved).reviewed()
        }
        "provider.event" => Data::Unknown(Unknown {
            kind: "ping".into(),
            fields: Value::Null,
            reason: None,
        }),
        other => {
            let (name, change) = other.split_once('.').unwrap();
            let named = |entity: &&EntityKind| entity.name() == name;
            entity(*EntityKind::ALL.iter().find(named).unwrap(), change)
        }
    }
}

fn nobody() -> Party {
    Party::new(Role::Unknown)
}

fn message() -> Message {
    Message::new(Direction::Unknown, nobody())
}

fn reaction() -> Reaction {
    Reaction {
        direction: Direction::Unknown,
        actor: nobody(),
        conversation: Default::default(),
        message: Default::default(),
        emoji: None,
    }
}

fn typing() -> Typing {
    Typing {
        direction: Direction::Unknown,
        actor: nobody(),
        conversation: Default::default(),
        expires_at: None,
    }
}

fn entity(kind: EntityKind, change: &str) -> Data {
    let change = match change {
        "created" => EntityChange::Created,
        "updated" => EntityChange::Updated,
        "accepted" => EntityChange::Accepted,
        "declined" => EntityChange::Declined,
        "deleted" => EntityChange::Deleted,
        "restored" => EntityChange::Restored,
        "assigned" => EntityChange::Assigned,
        "status_changed" => EntityChange::StatusChanged,
        "period_changed" => EntityChange::PeriodChanged,
        other => panic!("no change `{other}`"),
    };
    Entity::new(kind, "7").after(change)
}
