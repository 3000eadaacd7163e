//! Chatwoot's own words: only the fields that `normalize` reads.
//!
//! Everything is optional but a contact's id, as versions and senders differ in what they leave out.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use switchboard_core::Part;
use switchboard_core::event::{Change, ConversationChange, EntityChange, TypingChange};
use switchboard_core::read;

use crate::heading::Heading;

/// One webhook, and what can be told of it even where it could not be read: what
/// [`Chatwoot`](crate::account::Chatwoot) and [`ChatwootBot`](crate::bot::ChatwootBot) parse.
#[derive(Debug)]
pub struct Payload {
    pub(crate) heading: Heading,
    pub(crate) hook: Hook,
}

/// Which webhook it is, by its `event`.
#[derive(Debug)]
pub(crate) enum Hook {
    Message(Change, Box<Part<Message>>, Aside),
    Conversation(ConversationChange, Box<Part<ConversationHook>>, Aside),
    Typing(TypingChange, Box<Part<Typing>>, Aside),
    Contact(EntityChange, Part<Contact>),
    Widget(Box<Part<Widget>>),
    Other(Value),
}

/// What is read of fields that stay with the rest all the same, as they say more than the model.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    /// What the sender of a message, the assignee of a conversation, or whoever types is. Contacts
    /// tell it in one of their two shapes only.
    pub(crate) kind: Text,
    pub(crate) message_type: Text,
    pub(crate) content_type: Text,
    /// The customer of the conversation.
    pub(crate) contact: Option<Person>,
    /// Whether the contact stands beside the message, as it did in 2020, and not in `sender`.
    pub(crate) is_contact_beside: bool,
}

/// A text, a number's digits, or nothing: absent, null and empty are the same.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(transparent)]
pub(crate) struct Text(#[serde(deserialize_with = "read::text")] pub(crate) Option<String>);

/// A number of bytes, or nothing: absent, null and zero are the same.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Size(#[serde(deserialize_with = "read::count")] pub(crate) Option<u64>);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    pub(crate) id: Text,
    pub(crate) source_id: Text,
    pub(crate) content: Text,
    /// A note that no customer may see: what is odd here is no message.
    pub(crate) private: Option<bool>,
    pub(crate) sender: Option<Person>,
    pub(crate) inbox: Option<Inbox>,
    pub(crate) conversation: Option<Place>,
    pub(crate) content_attributes: Option<ContentAttributes>,
    pub(crate) attachments: Option<Vec<Attachment>>,
}

/// A contact, a user, a bot: each has some of these.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Person {
    pub(crate) id: Text,
    pub(crate) identifier: Text,
    pub(crate) name: Text,
    pub(crate) email: Text,
    pub(crate) phone_number: Text,
    pub(crate) avatar: Text,
    pub(crate) avatar_url: Text,
    pub(crate) thumbnail: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Inbox {
    pub(crate) id: Text,
}

/// A conversation, of which no more than where it is matters.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Place {
    pub(crate) id: Text,
    /// What `id` was called in 2020: the number that agents see, one row for each account.
    pub(crate) display_id: Text,
    pub(crate) inbox_id: Text,
    pub(crate) channel: Text,
    pub(crate) contact_inbox: Option<ContactInbox>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContactInbox {
    pub(crate) source_id: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContentAttributes {
    pub(crate) items: Option<Vec<Item>>,
    pub(crate) submitted_values: Option<Vec<Answer>>,
    pub(crate) submitted_email: Text,
    pub(crate) in_reply_to: Text,
    pub(crate) in_reply_to_external_id: Text,
}

/// An option, a card, a field of a form, or an article: each has some of these.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Item {
    pub(crate) title: Text,
    pub(crate) value: Text,
    pub(crate) description: Text,
    pub(crate) media_url: Text,
    pub(crate) link: Text,
    pub(crate) name: Text,
    pub(crate) label: Text,
    pub(crate) actions: Option<Vec<Action>>,
    pub(crate) options: Option<Vec<Choice>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Action {
    pub(crate) text: Text,
    pub(crate) uri: Text,
    pub(crate) payload: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Choice {
    pub(crate) label: Text,
    pub(crate) value: Text,
}

/// What was picked, by title and value, or filled in, by name and value.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    pub(crate) name: Text,
    pub(crate) title: Text,
    pub(crate) value: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Attachment {
    pub(crate) file_type: Text,
    pub(crate) content_type: Text,
    pub(crate) data_url: Text,
    pub(crate) thumb_url: Text,
    pub(crate) file_size: Size,
}

/// A conversation that something happened to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ConversationHook {
    pub(crate) id: Text,
    pub(crate) inbox_id: Text,
    pub(crate) channel: Text,
    pub(crate) contact_inbox: Option<ContactInbox>,
    pub(crate) meta: Option<Meta>,
    pub(crate) status: Text,
    pub(crate) changed_attributes: Option<Changed>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Meta {
    pub(crate) sender: Option<Person>,
    pub(crate) assignee: Option<Person>,
}

/// Objects of one attribute each.
pub(crate) type Changed = Vec<BTreeMap<String, Values>>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Values {
    pub(crate) previous_value: Value,
    pub(crate) current_value: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typing {
    pub(crate) user: Option<Person>,
    pub(crate) conversation: Option<Place>,
    /// In a note, where no customer sees it.
    pub(crate) is_private: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Contact {
    /// The one field without which nobody knows what was changed.
    #[serde(deserialize_with = "filled")]
    pub(crate) id: String,
    pub(crate) changed_attributes: Option<Changed>,
}

fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    read::text(deserializer)?.ok_or_else(|| de::Error::custom("a contact has an id"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Widget {
    pub(crate) contact: Option<Person>,
    pub(crate) current_conversation: Option<Place>,
    pub(crate) inbox: Option<Inbox>,
    pub(crate) event_info: Option<EventInfo>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EventInfo {
    pub(crate) referer: Text,
}
