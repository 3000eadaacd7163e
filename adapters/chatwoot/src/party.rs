//! From Chatwoot's words to ours: who takes part, and where.

use switchboard_core::event::{Conversation, Direction, Party, Role};

use crate::payload::{Inbox, Person, Place, Text};

impl Person {
    pub(crate) fn party(self, role: Role) -> Party {
        Party {
            id: self.id.0,
            external_id: self.identifier.0,
            role,
            name: self.name.0,
            phone: self.phone_number.0,
            email: self.email.0,
            avatar: self.avatar.0.or(self.thumbnail.0).or(self.avatar_url.0),
        }
    }
}

/// What somebody is to the business, by Chatwoot's word for it or by its class; `None` where there
/// is no word.
pub(crate) fn role(kind: &Text) -> Option<Role> {
    Some(match kind.0.as_deref()? {
        "contact" | "Contact" => Role::Contact,
        "user" | "User" => Role::Agent,
        "agent_bot" | "AgentBot" | "captain_assistant" | "Captain::Assistant" => Role::Bot,
        _ => Role::Unknown,
    })
}

/// Which way it goes when somebody of this role does it.
pub(crate) fn direction(role: Role) -> Direction {
    match role {
        Role::Contact => Direction::Inbound,
        Role::Agent | Role::Bot => Direction::Outbound,
        _ => Direction::Unknown,
    }
}

/// The conversation, by its inbox where that is told beside it.
pub(crate) fn conversation(place: Place, inbox: Option<Inbox>) -> Conversation {
    let source = place.contact_inbox.unwrap_or_default().source_id;
    Conversation {
        id: place.id.0.or(place.display_id.0),
        // Who wrote from outside gave Chatwoot this, and is reached by it.
        external_id: source.0,
        inbox: inbox.and_then(|inbox| inbox.id.0).or(place.inbox_id.0),
        channel: place.channel.0.as_deref().map(channel),
        ..Conversation::default()
    }
}

/// `Channel::TwilioSms` is `twilio_sms`.
fn channel(class: &str) -> String {
    let name = class.strip_prefix("Channel::").unwrap_or(class);
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
