//! Messages on Messenger and Instagram: written, edited, deleted, and quick replies.

use serde_json::Value;
use switchboard_core::event::{
    self, Content, Interaction, Interactive, InteractiveKind, Quote, Submission,
};
use switchboard_core::{DedupKey, Draft};

use super::content::attachments;
use super::item::{Chat, key};
use super::payload::{Edit, Heading, Message};
use crate::around::put;
use crate::loose::Needed;
use crate::place::Place;

/// The message. One by which a quick reply was picked is told as both.
pub(super) fn written(
    place: &Place,
    heading: Heading,
    message: Message,
    rest: &mut Value,
) -> Vec<Draft> {
    let Needed(id) = message.mid;
    let key = DedupKey::provider([&id]);
    let time = heading.timestamp.time();
    for (name, fact) in [
        ("is_echo", message.is_echo.0),
        ("is_deleted", message.is_deleted.0),
    ] {
        if fact == Some(false) {
            put(rest, &[name], false.into());
        }
    }
    let mut told = heard(Chat::of(place, heading, message.is_echo.0 == Some(true)));
    let interactive = message.quick_reply.0.map(|reply| {
        let mut options = Interactive::new(InteractiveKind::Options);
        options.submitted.push(Submission {
            id: reply.payload.0,
            title: message.text.0.clone(),
            value: None,
        });
        options
    });
    let answered = message.reply_to.0.and_then(|reply_to| reply_to.mid.0);
    told.message = Content {
        id: Some(id),
        text: message.text.0,
        reply_to: answered.map(|id| {
            Box::new(Quote {
                id: Some(id),
                ..Quote::default()
            })
        }),
        attachments: attachments(message.attachments, rest),
        interactive: interactive.clone(),
        ..Content::default()
    };
    if message.is_deleted.0 == Some(true) {
        return vec![Draft::new(told.deleted(), key).time(time)];
    }
    let submitted = interactive.map(|interactive| {
        let mut submitted = Interaction::new(told.actor.clone(), interactive);
        submitted.direction = told.direction;
        submitted.conversation = told.conversation.clone();
        Draft::new(submitted.submitted(), key.clone()).time(time)
    });
    let told = Draft::new(told.created(), key).time(time);
    [told].into_iter().chain(submitted).collect()
}

/// What a message says now. It may be edited five times.
pub(super) fn edited(place: &Place, heading: Heading, edit: Edit, _: &mut Value) -> Vec<Draft> {
    let Needed(id) = edit.mid;
    let text = edit.text.0;
    let key = key(
        "message_edit",
        &heading,
        &[&id, text.as_deref().unwrap_or_default()],
    );
    let time = heading.timestamp.time();
    let mut told = heard(Chat::of(place, heading, false));
    told.message.id = Some(id);
    told.message.text = text;
    vec![Draft::new(told.updated(), key).time(time)]
}

fn heard(chat: Chat) -> event::Message {
    let mut told = event::Message::new(chat.direction, chat.actor);
    told.recipients = chat.recipients;
    told.conversation = chat.conversation;
    told
}
