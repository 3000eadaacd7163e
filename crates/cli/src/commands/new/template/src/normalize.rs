//! From {{title}}'s words to ours. Pure: the same payload always gives the same draft.

use switchboard_core::event::{Content, Conversation, Direction, Message, Party, Role};
use switchboard_core::read::Id;
use switchboard_core::{DedupKey, Draft, Kept};

use crate::payload::Hook;

pub(crate) fn draft(hook: Kept<Hook>) -> Draft {
    let Kept { value, rest, raw } = hook;
    // By the provider's own id, so that a webhook that is sent twice is one event.
    let key = DedupKey::provider([&value.id]);
    let time = value.sent_at;
    match value.event.as_str() {
        "message.created" => Draft::new(message(value).created(), key).time(time).rest(rest),
        // Genuine and new to us: it is told with all it has, and never dropped.
        _ => Draft::unknown(value.event, raw, key).time(time),
    }
}

fn message(hook: Hook) -> Message {
    let mut contact = Party::new(Role::Contact);
    if let Some(sender) = hook.sender {
        contact.id = sender.id.and_then(Id::filled);
        contact.name = sender.name;
    }
    let mut message = Message::new(Direction::Inbound, contact);
    message.conversation = Conversation {
        id: hook.conversation.and_then(Id::filled),
        ..Conversation::default()
    };
    message.message = Content {
        id: hook.id.filled(),
        text: hook.text,
        ..Content::default()
    };
    message
}
