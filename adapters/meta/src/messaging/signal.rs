//! What happens around messages on Messenger and Instagram.

use serde_json::Value;
use switchboard_core::event::{
    self, ConversationState, DeliveryStatus, Direction, Interaction, Interactive, InteractiveKind,
    MessageReference, MessageStatus, Party, Role, Submission,
};
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Draft};

use super::item::{Chat, key};
use super::payload::{Action, Delivery, Heading, Postback, Reaction, Read};
use crate::around::put;
use crate::loose::{Needed, text};
use crate::place::Place;

/// The time up to which everything was read.
const WATERMARK: &str = "watermark";

/// A button was pressed, or something in a menu.
pub(super) fn pressed(
    place: &Place,
    heading: Heading,
    postback: Postback,
    rest: &mut Value,
) -> Vec<Draft> {
    let payload = postback.payload.0;
    let key = match &postback.mid.0 {
        Some(id) => DedupKey::provider([id]),
        None => key(
            "postback",
            &heading,
            &[payload.as_deref().unwrap_or_default()],
        ),
    };
    // The id of the press, not of the message with the button.
    if let Some(id) = postback.mid.0 {
        put(rest, &["mid"], id.into());
    }
    let time = heading.timestamp.time();
    let chat = Chat::of(place, heading, false);
    let mut buttons = Interactive::new(InteractiveKind::Buttons);
    buttons.submitted.push(Submission {
        id: payload,
        title: postback.title.0,
        value: None,
    });
    let mut told = Interaction::new(chat.actor, buttons);
    told.direction = chat.direction;
    told.conversation = chat.conversation;
    vec![Draft::new(told.submitted(), key).time(time)]
}

/// Messages arrived: one event for each, and none where only the time is told up to which they did.
pub(super) fn delivered(place: &Place, heading: Heading, delivery: Delivery) -> Vec<Draft> {
    let time = heading.timestamp.time();
    let chat = Chat::of(place, heading, false);
    let ids = delivery.mids.elements().filter(|id| !id.is_empty());
    ids.map(|id| {
        let key = DedupKey::provider([&*id, "delivered"]);
        let told = status(&chat, id, DeliveryStatus::Delivered);
        Draft::new(told.changed(), key).time(time)
    })
    .collect()
}

/// The conversation was read; on Instagram, a message.
pub(super) fn read(place: &Place, heading: Heading, read: Read, rest: &mut Value) -> Vec<Draft> {
    let time = heading.timestamp.time();
    if let Some(id) = read.mid.0 {
        let chat = Chat::of(place, heading, false);
        let key = DedupKey::provider([&*id, "read"]);
        let told = status(&chat, id, DeliveryStatus::Read);
        return vec![Draft::new(told.changed(), key).time(time)];
    }
    let watermark = rest.get(WATERMARK).and_then(text);
    let Some(until) = watermark.and_then(|until| Time::read(&until).0) else {
        return Vec::new();
    };
    if let Some(rest) = rest.as_object_mut() {
        rest.remove(WATERMARK);
    }
    let key = key("read", &heading, &[&until.as_millis().to_string()]);
    let chat = Chat::of(place, heading, false);
    let mut told = ConversationState::of(chat.conversation);
    told.actor = Some(chat.actor);
    told.read_until = Some(until);
    vec![Draft::new(told.read(), key).time(time)]
}

/// Somebody reacted to a message, or took it back.
pub(super) fn reacted(
    place: &Place,
    heading: Heading,
    reaction: Reaction,
    _: &mut Value,
) -> Vec<Draft> {
    let Needed(id) = reaction.mid;
    let key = key("reaction", &heading, &[&id]);
    let time = heading.timestamp.time();
    let chat = Chat::of(place, heading, false);
    let told = event::Reaction {
        direction: chat.direction,
        actor: chat.actor,
        conversation: chat.conversation,
        message: MessageReference {
            id: Some(id),
            external_id: None,
        },
        emoji: reaction.emoji.0,
    };
    let told = match reaction.action {
        Action::React => told.added(),
        Action::Unreact => told.removed(),
    };
    vec![Draft::new(told, key).time(time)]
}

/// A message of the business's came this far with the customer, who tells it.
fn status(chat: &Chat, id: String, status: DeliveryStatus) -> MessageStatus {
    let business = Party {
        id: chat.conversation.inbox.clone(),
        ..Party::new(Role::Unknown)
    };
    let mut told = MessageStatus::new(Direction::Outbound, business, status);
    told.recipients = vec![chat.actor.clone()];
    told.conversation = chat.conversation.clone();
    told.message.id = Some(id);
    told
}
