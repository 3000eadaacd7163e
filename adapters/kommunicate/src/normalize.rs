//! From Kommunicate's words to ours: what happened, who did it, where and when.

use switchboard_core::event::{self, Content, Conversation, Direction, Party, Role};
use switchboard_core::{DedupKey, Draft};

use crate::content;
use crate::payload::{Aside, Hook, Message, Payload};

/// What happened. Kommunicate sends one thing at a time, and `role` says what somebody of an id is
/// to the business.
pub(crate) fn draft(Payload(hook): Payload, role: impl Fn(&str) -> Role) -> Draft {
    match hook {
        Hook::Message(part, aside) => {
            part.draft("message", |message| created(message, aside, role))
        }
        Hook::Event(name, kept) => {
            let event = kept.value;
            // One message may well set off several events.
            let key = event.key.0.as_ref();
            let key = key.map_or(DedupKey::None, |key| DedupKey::provider([&name, key]));
            Draft::unknown(name, kept.raw, key)
                .time(event.time())
                .account(event.account())
        }
        Hook::Unknown { kind, raw } => Draft::unknown(kind, raw, DedupKey::None),
    }
}

fn created(message: Message, aside: Aside, role: impl Fn(&str) -> Role) -> Draft {
    let key = message.key.0.as_ref();
    let key = key.map_or(DedupKey::None, |key| DedupKey::provider([key]));
    let time = message.time();
    let account = message.account().map(str::to_owned);

    let actor = match message.from.0 {
        // The line "X created group Y" names X, who did not write it.
        Some(id) if content::is_system_line(&aside) => party(Role::System, id),
        Some(id) => party(role(&id), id),
        None => Party::new(Role::Unknown),
    };
    let direction = match actor.role {
        Role::Contact => Direction::Inbound,
        Role::Agent | Role::Bot => Direction::Outbound,
        _ => Direction::Unknown,
    };
    let bot = message.bot_id.0;
    // In a conversation of two, a bot is named twice.
    let to = message.to.0.filter(|id| bot.as_ref() != Some(id));
    let to = to.map(|id| party(role(&id), id));
    let bot = bot.map(|id| party(Role::Bot, id));

    let mut told = event::Message::new(direction, actor);
    told.recipients = to.into_iter().chain(bot).collect();
    told.conversation = Conversation {
        id: message.group_id.0,
        external_id: message.client_group_id.0,
        ..Conversation::default()
    };
    told.message = Content {
        id: message.key.0,
        text: message.message.0,
        format: content::format(&aside),
        attachments: content::attachments(message.file, aside),
        ..Content::default()
    };
    Draft::new(told.created(), key).time(time).account(account)
}

fn party(role: Role, id: String) -> Party {
    Party {
        id: Some(id),
        ..Party::new(role)
    }
}
