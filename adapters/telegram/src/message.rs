//! Messages: written, changed, deleted.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::Draft;
use switchboard_core::event::{self, Conversation, Direction, MessageReference, Party, Role};
use switchboard_core::read::{Id, Maybe, peek};

use crate::party::{self, Chat};
use crate::update::Update;
use crate::{content, interaction, member};

const NAMELESS: &str = "a message has a chat and a `message_id`";

/// What stands in every message. A service message tells something else beside it: by the name of
/// the field that is none of these.
const COMMON: [&str; 13] = [
    "business_connection_id",
    "chat",
    "date",
    "direct_messages_topic",
    "edit_date",
    "from",
    "has_protected_content",
    "is_topic_message",
    "message_id",
    "message_thread_id",
    "reply_to_message",
    "sender_chat",
    "via_bot",
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    message_id: Maybe<Id>,
    chat: Maybe<Chat>,
    business_connection_id: Maybe<Id>,
    pub(crate) text: Maybe<Id>,
    pub(crate) media_group_id: Maybe<Id>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Deleted {
    chat: Maybe<Chat>,
    business_connection_id: Maybe<Id>,
}

/// A message that is new, or something that is told in the shape of one.
pub(crate) fn created(update: &Update) -> Vec<Draft> {
    let message = update.what();
    if content::is_in(message) {
        return vec![told(update, event::Message::created)];
    }
    if message["web_app_data"].is_object() {
        return vec![interaction::sent_by_web_app(update)];
    }
    let members = member::told(update);
    if !members.is_empty() {
        return members;
    }
    let service = message.as_object().into_iter().flatten();
    let service = service
        .map(|(name, _)| name)
        .find(|name| !COMMON.contains(&name.as_str()));
    vec![match service {
        Some(service) => update.unknown(&format!("{}.{service}", update.kind())),
        None => update.unknown(update.kind()),
    }]
}

/// A message that says another thing now.
pub(crate) fn edited(update: &Update) -> Vec<Draft> {
    vec![told(update, event::Message::updated)]
}

/// Messages that were deleted in a chat of a business.
pub(crate) fn deleted(update: &Update) -> Vec<Draft> {
    let ids = update.what()["message_ids"]
        .as_array()
        .into_iter()
        .flatten();
    let ids: Vec<String> = ids.filter_map(peek).collect();
    let Some((deleted, rest)) = update.kept::<Deleted>().filter(|_| !ids.is_empty()) else {
        return vec![update.unread("deleted messages have a chat and ids")];
    };
    let conversation = deleted
        .chat
        .or_default()
        .conversation(deleted.business_connection_id);
    let draft = |id: &String| {
        let mut message = event::Message::new(Direction::Unknown, Party::new(Role::Unknown));
        message.conversation = conversation.clone();
        message.message.id = Some(id.clone());
        update.draft(message.deleted(), Some(id), rest.clone())
    };
    ids.iter().map(draft).collect()
}

impl Message {
    /// Where it is, and which one.
    pub(crate) fn place(&mut self) -> (Conversation, MessageReference) {
        let chat = std::mem::take(&mut self.chat).or_default();
        let conversation = chat.conversation(std::mem::take(&mut self.business_connection_id));
        let message = MessageReference {
            id: std::mem::take(&mut self.message_id).text(),
            ..MessageReference::default()
        };
        (conversation, message)
    }
}

fn told(update: &Update, happened: impl FnOnce(event::Message) -> switchboard_core::Data) -> Draft {
    let Some((mut message, rest)) = update.kept::<Message>() else {
        return update.unread(NAMELESS);
    };
    let (conversation, reference) = message.place();
    if conversation.id.is_none() || reference.id.is_none() {
        return update.unread(NAMELESS);
    }
    let raw: &Value = update.what();
    let (actor, direction) = party::author(raw);
    let mut told = event::Message::new(direction, actor);
    told.conversation = conversation;
    told.message = content::content(message, raw);
    told.message.id = reference.id;
    update.draft(happened(told), None, rest)
}
