//! Who takes part, and where. All of it but the chat stays with the rest, as the model has one name
//! for the three of Telegram.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{Conversation, Direction, Party, Role};
use switchboard_core::read::{Id, Maybe, peek};

/// The account by which Telegram itself writes.
const TELEGRAM: &str = "777000";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chat {
    id: Maybe<Id>,
    #[serde(rename = "type")]
    kind: Maybe<Id>,
}

impl Chat {
    /// The conversation in this chat, which runs through the account of a business where there is
    /// one.
    pub(crate) fn conversation(self, business: Maybe<Id>) -> Conversation {
        Conversation {
            id: self.id.text(),
            kind: self.kind.text(),
            inbox: business.text(),
            ..Conversation::default()
        }
    }
}

/// A user, or a chat that somebody speaks for.
pub(crate) fn party(person: &Value) -> Party {
    let id = peek(&person["id"]);
    let role = match id.as_deref() {
        Some(TELEGRAM) => Role::System,
        _ if person["is_bot"] == true => Role::Bot,
        // A chat has a title, and who speaks for it is not said.
        Some(_) if person["title"].is_null() => Role::Contact,
        _ => Role::Unknown,
    };
    let names = [
        &person["first_name"],
        &person["last_name"],
        &person["title"],
    ];
    let names: Vec<String> = names.into_iter().filter_map(peek).collect();
    Party {
        id,
        name: Some(names.join(" ")).filter(|name| !name.is_empty()),
        ..Party::new(role)
    }
}

/// Who wrote a message, and which way it goes. In a chat of a business the customer has the chat's
/// id, and whoever else writes there does so for the business.
pub(crate) fn author(message: &Value) -> (Party, Direction) {
    let speaks_for = &message["sender_chat"];
    let from = if speaks_for.is_object() {
        speaks_for
    } else {
        &message["from"]
    };
    let mut author = party(from);
    let is_business = !message["business_connection_id"].is_null();
    if is_business && author.id.is_some() && author.id != peek(&message["chat"]["id"]) {
        author.role = if message["sender_business_bot"].is_object() {
            Role::Bot
        } else {
            Role::Agent
        };
        return (author, Direction::Outbound);
    }
    let direction = match author.role {
        Role::Contact => Direction::Inbound,
        _ => Direction::Unknown,
    };
    (author, direction)
}
