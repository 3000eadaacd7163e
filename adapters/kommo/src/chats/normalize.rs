//! From Kommo's words to ours: what happened, who did it, where and when.

use std::mem;

use switchboard_core::event::{
    Conversation, Direction, Intent, Message, MessageReference, Party, Reaction, Role, Typing,
};
use switchboard_core::{DedupKey, Draft};

use super::payload::{
    self, Chat, Hook, MessageHook, MessageV1, Payload, Person, ReactionHook, ReactionKind,
    TypingHook,
};

/// What happened. Kommo sends one thing at a time.
pub(super) fn draft(payload: Payload) -> Draft {
    let mut draft = match payload.hook {
        Hook::Message(hook, rest) => message(*hook).rest(rest),
        Hook::Unread { raw, reason } => Draft::unread("message", raw, reason),
        Hook::MessageV1(part, key) => part.draft("message", |message| message_v1(message, key)),
        Hook::Typing(part) => part.draft("action.typing", typing),
        Hook::Reaction(part) => part.draft("action.reaction", reaction),
        Hook::Unknown { kind, raw } => Draft::unknown(kind, raw, DedupKey::None),
    };
    draft.account = draft.account.or(payload.account);
    draft.time = draft.time.or(payload.time.0);
    draft
}

fn message(hook: MessageHook) -> Draft {
    let payload::Message {
        receiver,
        sender,
        conversation,
        source,
        timestamp,
        msec_timestamp,
        message: content,
    } = hook.message;
    let mut receiver = receiver.unwrap_or_default();
    let mut chat = conversation.unwrap_or_default();

    // Before there were client ids, `id` was the integration's own. Without them today, somebody
    // at Kommo wrote first and the customer has a phone number only; the finer time tells.
    let has_client_ids = receiver.client_id.0.is_some() || chat.client_id.0.is_some();
    if msec_timestamp.time.0.is_none() && !has_client_ids {
        receiver.client_id = mem::take(&mut receiver.id);
        chat.client_id = mem::take(&mut chat.id);
    }

    let account = hook.account_id.0;
    let key = match &content.id.0 {
        Some(id) => DedupKey::provider([account.as_deref().unwrap_or_default(), id]),
        None => DedupKey::None,
    };
    let mut message = to_customer(party(Role::Agent, sender.unwrap_or_default()));
    message.recipients = vec![party(Role::Contact, receiver)];
    message.conversation = Conversation {
        kind: content.post.map(|_| "post".to_owned()),
        inbox: source.and_then(|source| source.external_id.0),
        ..place(chat)
    };
    message.message = content.into();
    Draft::new(message.created(), key)
        .time(msec_timestamp.time.or(timestamp.time).or(hook.time.time))
        .account(account)
}

fn message_v1(hook: MessageV1, key: DedupKey) -> Draft {
    let time = hook.msec_timestamp;
    // Two customers may well be told "ok" in the same words; only the time tells a repetition.
    let key = time.0.map_or(DedupKey::None, |_| key);
    let receiver = Person {
        client_id: hook.receiver,
        ..Person::default()
    };
    let content = payload::Content {
        kind: hook.kind,
        text: hook.text,
        media: hook.media,
        thumbnail: hook.thumbnail,
        file_name: hook.file_name,
        file_size: hook.file_size,
        ..payload::Content::default()
    };

    let mut message = to_customer(Party::new(Role::Unknown));
    message.recipients = vec![party(Role::Contact, receiver)];
    message.conversation.external_id = hook.conversation_id.0;
    message.message = content.into();
    Draft::new(message.created(), key).time(time)
}

fn typing(hook: TypingHook) -> Draft {
    let typing = hook.action.typing;
    let started = Typing {
        direction: Direction::Outbound,
        actor: party(Role::Agent, typing.user.unwrap_or_default()),
        conversation: place(typing.conversation.unwrap_or_default()),
        expires_at: typing.expired_at.0,
    }
    .started();
    Draft::new(started, DedupKey::None)
        .time(hook.time)
        .account(hook.account_id.0)
}

fn reaction(hook: ReactionHook) -> Draft {
    let reaction = hook.action.reaction;
    let (id, external_id) = match reaction.message {
        Some(message) => (message.id.0.or(reaction.msgid.0), message.client_id.0),
        None => (reaction.msgid.0, None),
    };
    let user = reaction.user.unwrap_or_default();
    let account = hook.account_id.0;

    // Reacting, taking it back and reacting again differ in nothing but their time.
    let key = match (&id, &user.id.0, hook.time.0) {
        (Some(message), Some(user), Some(time)) => DedupKey::provider([
            account.as_deref().unwrap_or_default(),
            message,
            user,
            match reaction.kind {
                ReactionKind::React => "react",
                ReactionKind::Unreact => "unreact",
            },
            reaction.emoji.0.as_deref().unwrap_or_default(),
            &time.as_seconds().to_string(),
        ]),
        _ => DedupKey::None,
    };
    let changed = Reaction {
        direction: Direction::Outbound,
        actor: party(Role::Agent, user),
        conversation: place(reaction.conversation.unwrap_or_default()),
        message: MessageReference { id, external_id },
        emoji: reaction.emoji.0,
    };
    let changed = match reaction.kind {
        ReactionKind::React => changed.added(),
        ReactionKind::Unreact => changed.removed(),
    };
    Draft::new(changed, key).time(hook.time).account(account)
}

/// A message that waits for us to bring it to the customer.
fn to_customer(actor: Party) -> Message {
    let mut message = Message::new(Direction::Outbound, actor);
    message.intent = Intent::Deliver;
    message
}

pub(super) fn party(role: Role, person: Person) -> Party {
    Party {
        id: person.id.0,
        external_id: person.client_id.0,
        role,
        name: person.name.0,
        phone: person.phone.0,
        email: person.email.0,
        avatar: None,
    }
}

fn place(chat: Chat) -> Conversation {
    Conversation {
        id: chat.id.0,
        external_id: chat.client_id.0,
        ..Conversation::default()
    }
}
