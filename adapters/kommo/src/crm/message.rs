//! From Kommo's words to ours: messages of any channel that the account has connected.

use serde_json::Value;
use switchboard_core::event::{Attachment, Content, Conversation, Direction, Message, Party, Role};
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Draft};

use super::fields::{self, Fields};
use super::happening::Side;
use super::normalize::Unread;
use super::payload::Item;
use crate::media;

/// Somebody wrote a message. It is known by its own id, whatever request tells it.
pub(super) fn written(side: Side, account: Option<&str>, item: &Item) -> Result<Draft, Unread> {
    let mut fields = item.value.as_object().ok_or(Unread("id"))?.clone();
    let id = fields::take(&mut fields, "id").ok_or(Unread("id"))?;
    let key = DedupKey::provider([account.unwrap_or_default(), &id]);

    let role = role(side, &fields);
    let mut message = Message::new(direction(side, role, &fields), author(role, &mut fields));
    message.recipients = fields::within(&mut fields, "recipient", |recipient| {
        vec![party(Role::Contact, recipient)]
    });
    message.conversation = Conversation {
        id: fields::take(&mut fields, "chat_id"),
        inbox: fields::take(&mut fields, "source_id"),
        channel: fields::take(&mut fields, "origin"),
        ..Conversation::default()
    };
    message.message = Content {
        id: Some(id),
        text: fields::take(&mut fields, "text"),
        attachments: attachment(&mut fields).into_iter().collect(),
        ..Content::default()
    };
    let time = fields::time(&fields, &["created_at"]);
    if time != Time::default() {
        fields.remove("created_at");
    }
    let draft = Draft::new(message.created(), key).time(time);
    Ok(if fields.is_empty() {
        draft
    } else {
        draft.rest(Value::Object(fields))
    })
}

/// What the author is. Kommo's older pages do not say; only customers came in by them.
fn role(side: Side, fields: &Fields) -> Role {
    let author = fields.get("author").and_then(Value::as_object);
    let says = |name| author.and_then(|author| fields::id(author, name));
    match (says("type").as_deref(), side) {
        (Some("external"), _) | (None, Side::Customer) => Role::Contact,
        (Some("internal"), _) => Role::Agent,
        (Some("bot"), _) => Role::Bot,
        (None, Side::Business) if says("user_id").is_some() => Role::Agent,
        _ => Role::Unknown,
    }
}

/// A message of our own side never looks like a customer's, in whichever group it comes: a bot that
/// answers those must not answer itself.
fn direction(side: Side, role: Role, fields: &Fields) -> Direction {
    let is_outgoing = fields::text(fields, "type").as_deref() == Some("outgoing");
    match (side, role) {
        (Side::Business, _) | (_, Role::Agent | Role::Bot) => Direction::Outbound,
        _ if is_outgoing => Direction::Outbound,
        (Side::Customer, _) => Direction::Inbound,
    }
}

fn author(role: Role, fields: &mut Fields) -> Party {
    let author = fields::within(fields, "author", |author| Some(party(role, author)));
    author.unwrap_or(Party::new(role))
}

fn party(role: Role, person: &mut Fields) -> Party {
    Party {
        id: fields::take(person, "id"),
        name: fields::take(person, "name"),
        phone: fields::take(person, "phone"),
        email: fields::take(person, "email"),
        avatar: fields::take(person, "avatar_url"),
        ..Party::new(role)
    }
}

/// Whatever is no text comes as an attachment, also when it has no file, so that nobody takes the
/// message for an empty one.
fn attachment(fields: &mut Fields) -> Option<Attachment> {
    let message_type = fields::text(fields, "message_type").filter(|kind| kind != "text");
    let attached = fields::within(fields, "attachment", |file| {
        let kind = fields::take(file, "type");
        Some(Attachment {
            url: fields::take(file, "link"),
            file_name: fields::take(file, "file_name"),
            ..of_kind(kind)
        })
    });
    attached.or_else(|| message_type.map(|kind| of_kind(Some(kind))))
}

fn of_kind(name: Option<String>) -> Attachment {
    Attachment {
        original_kind: name.clone(),
        ..Attachment::new(media::kind(name.as_deref()))
    }
}
