//! Messages on WhatsApp: written, edited, deleted, reacted to, and what is submitted by them.

use std::mem;

use serde_json::Value;
use switchboard_core::event::{
    self, Conversation, Direction, Interaction, MessageReference, Party, Quote, Role,
};
use switchboard_core::{DedupKey, Draft, Kept};

use super::content::content;
use super::party::{Named, business, customer, somebody};
use super::payload::{Contact, Context, Edit, Message, Way};
use crate::around::put;
use crate::place::Place;

/// The message. One by which something was submitted is told as both.
pub(crate) fn message(
    place: &Place,
    way: Way,
    mut message: Message,
    contact: Option<Box<Kept<Contact>>>,
    rest: &mut Value,
) -> Vec<Draft> {
    let id = mem::take(&mut message.id).0.unwrap_or_default();
    let key = DedupKey::provider([&id]);
    let time = message.timestamp.time();
    let chat = Chat::of(place, way, &mut message, contact, rest);

    if let Some(reaction) = message.reaction.0.take() {
        keep_type(&message, "reaction", rest);
        put(rest, &["id"], id.into());
        let told = event::Reaction {
            direction: chat.direction,
            actor: chat.actor,
            conversation: chat.conversation,
            message: MessageReference {
                id: reaction.message_id.0,
                external_id: None,
            },
            emoji: reaction.emoji.0,
        };
        let told = if told.emoji.is_some() {
            told.added()
        } else {
            told.removed()
        };
        return vec![Draft::new(told, key).time(time)];
    }
    if let Some(revoke) = message.revoke.0.take() {
        keep_type(&message, "revoke", rest);
        put(rest, &["id"], id.into());
        let mut told = chat.message();
        told.message.id = revoke.original_message_id.0;
        return vec![Draft::new(told.deleted(), key).time(time)];
    }
    if let Some(edit) = message.edit.0.take() {
        keep_type(&message, "edit", rest);
        put(rest, &["id"], id.into());
        let told = edited(chat, edit, rest);
        return vec![Draft::new(told.updated(), key).time(time)];
    }

    let context = message.context.0.take().unwrap_or_default();
    let reply_to = chat.quote(context, &[], rest);
    let mut told = chat.message();
    told.message = content(message, rest);
    told.message.id = Some(id);
    told.message.reply_to = reply_to.map(Box::new);
    let submitted = submitted(&told);
    let told = Draft::new(told.created(), key.clone()).time(time);
    let submitted = submitted.map(|it| Draft::new(it.submitted(), key).time(time));
    [told].into_iter().chain(submitted).collect()
}

/// Where a message was written, by whom and to whom.
struct Chat {
    direction: Direction,
    actor: Party,
    recipients: Vec<Party>,
    conversation: Conversation,
}

impl Chat {
    fn of(
        place: &Place,
        way: Way,
        message: &mut Message,
        contact: Option<Box<Kept<Contact>>>,
        rest: &mut Value,
    ) -> Self {
        let sender = mem::take(&mut message.from);
        let sender_id = mem::take(&mut message.from_user_id);
        let receiver = mem::take(&mut message.to);
        let receiver_id = mem::take(&mut message.to_user_id);
        let group = mem::take(&mut message.group_id).0;
        let (direction, customer, business) = match way {
            Way::In => {
                let named = Named {
                    number: ("from", sender),
                    user: ("from_user_id", sender_id),
                };
                let business = business(place);
                for (name, text) in [("to", receiver), ("to_user_id", receiver_id)] {
                    if text.0.is_some() && text.0 != business.phone {
                        put(rest, &[name], text.0.into());
                    }
                }
                (Direction::Inbound, customer(named, contact, rest), business)
            }
            Way::Echo => {
                let named = Named {
                    number: ("to", receiver),
                    user: ("to_user_id", receiver_id),
                };
                let customer = customer(named, contact, rest);
                if let Some(id) = sender_id.0 {
                    put(rest, &["from_user_id"], id.into());
                }
                let number = sender.0.or_else(|| place.number.clone());
                // Only people write in the app.
                let business = number.map_or_else(
                    || Party::new(Role::Agent),
                    |number| somebody(Role::Agent, number),
                );
                (Direction::Outbound, customer, business)
            }
        };
        let mut conversation = place.conversation(customer.id.clone(), place.line.clone());
        if group.is_some() {
            conversation.id = group;
            conversation.kind = Some("group".to_owned());
        }
        let (actor, recipient) = match way {
            Way::In => (customer, business),
            Way::Echo => (business, customer),
        };
        let is_known = |party: &Party| party.id.is_some() || party.phone.is_some();
        Self {
            direction,
            actor,
            recipients: Some(recipient).filter(is_known).into_iter().collect(),
            conversation,
        }
    }

    fn message(self) -> event::Message {
        let mut told = event::Message::new(self.direction, self.actor);
        told.recipients = self.recipients;
        told.conversation = self.conversation;
        told
    }

    /// The message that `context` names. Who wrote it without an id stays with the rest, below
    /// `within`.
    fn quote(&self, context: Context, within: &[&str], rest: &mut Value) -> Option<Quote> {
        let author = context.from.0;
        if context.id.0.is_none() {
            if let Some(author) = author {
                put(
                    rest,
                    &[within, &["context", "from"]].concat(),
                    author.into(),
                );
            }
            return None;
        }
        let actor = author.map(|author| {
            let is = |party: &Party| [&party.id, &party.phone].contains(&&Some(author.clone()));
            let mut known = self.recipients.iter().chain([&self.actor]);
            let role = known.find(|party| is(party)).map(|party| party.role);
            somebody(role.unwrap_or_default(), author)
        });
        Some(Quote {
            id: context.id.0,
            actor,
            ..Quote::default()
        })
    }
}

/// What a message says since it was edited.
fn edited(chat: Chat, edit: Edit, rest: &mut Value) -> event::Message {
    let path = ["edit", "message"];
    let mut beside = rest.pointer_mut("/edit/message").map(Value::take);
    let mut beside = beside.take().unwrap_or_default();
    let mut inner = edit.message.0.map(|message| *message).unwrap_or_default();
    // Its heading says nothing that the edit's does not, or what nobody knows of.
    for (name, text) in [
        ("id", mem::take(&mut inner.id)),
        ("from", mem::take(&mut inner.from)),
        ("from_user_id", mem::take(&mut inner.from_user_id)),
        ("to", mem::take(&mut inner.to)),
        ("to_user_id", mem::take(&mut inner.to_user_id)),
        ("group_id", mem::take(&mut inner.group_id)),
    ] {
        if text.0.is_some() {
            put(&mut beside, &[name], text.0.into());
        }
    }
    let context = inner.context.0.take().unwrap_or_default();
    let reply_to = chat.quote(context, &[], &mut beside);
    let mut told = chat.message();
    told.message = content(inner, &mut beside);
    told.message.id = edit.original_message_id.0;
    told.message.reply_to = reply_to.map(Box::new);
    if !beside.is_null() {
        put(rest, &path, beside);
    }
    told
}

/// What the customer pressed, picked or filled in.
fn submitted(message: &event::Message) -> Option<Interaction> {
    let interactive = message.message.interactive.clone()?;
    let offered = message.message.reply_to.as_ref();
    let mut told = Interaction::new(message.actor.clone(), interactive);
    told.direction = message.direction;
    told.conversation = message.conversation.clone();
    told.message.id = offered.and_then(|offered| offered.id.clone());
    Some(told)
}

/// Keeps the type where it is not that of what happened.
fn keep_type(message: &Message, expected: &str, rest: &mut Value) {
    if let Some(kind) = &message.kind.0
        && kind != expected
    {
        put(rest, &["type"], kind.clone().into());
    }
}
