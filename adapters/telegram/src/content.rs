//! What a message says. Its words are read; all else stays with the rest as well, where its
//! `file_id`s, entities and numbers are.

use serde_json::Value;
use switchboard_core::event::{Content, Interactive, InteractiveKind, Item, Quote};
use switchboard_core::read::peek;

use crate::media;
use crate::message::Message;
use crate::party::party;
use crate::update::moment;

/// What makes a message one that somebody wrote, and no line that tells something else.
const CONTENT: [&str; 21] = [
    "animation",
    "audio",
    "caption",
    "checklist",
    "contact",
    "dice",
    "document",
    "game",
    "giveaway",
    "invoice",
    "location",
    "paid_media",
    "photo",
    "poll",
    "sticker",
    "story",
    "text",
    "venue",
    "video",
    "video_note",
    "voice",
];

/// Whether somebody wrote `message`.
pub(crate) fn is_in(message: &Value) -> bool {
    CONTENT.iter().any(|name| !message[*name].is_null())
}

/// What the message says, without its id.
pub(crate) fn content(message: Message, raw: &Value) -> Content {
    let words = message.text.text();
    Content {
        text: words.or_else(|| self::words(raw)),
        group_id: message.media_group_id.text(),
        reply_to: replied(raw).map(Box::new),
        forwarded: forwarded(&raw["forward_origin"]).into_iter().collect(),
        attachments: media::attachments(raw),
        interactive: poll(&raw["poll"]).or_else(|| keyboard(&raw["reply_markup"])),
        ..Content::default()
    }
}

fn words(message: &Value) -> Option<String> {
    let places = [
        &message["text"],
        &message["caption"],
        &message["poll"]["question"],
    ];
    places.into_iter().find_map(peek)
}

fn replied(message: &Value) -> Option<Quote> {
    let replied = message["reply_to_message"]
        .as_object()
        .map(|_| &message["reply_to_message"])?;
    let speaks_for = &replied["sender_chat"];
    let from = if speaks_for.is_object() {
        speaks_for
    } else {
        &replied["from"]
    };
    Some(Quote {
        id: peek(&replied["message_id"]),
        actor: from.is_object().then(|| party(from)),
        time: moment(&replied["date"]).0,
        text: words(replied),
        attachments: media::attachments(replied),
        ..Quote::default()
    })
}

fn forwarded(origin: &Value) -> Option<Quote> {
    origin.as_object()?;
    let people = ["sender_user", "sender_chat", "chat"];
    let from = people
        .iter()
        .map(|name| &origin[*name])
        .find(|it| it.is_object());
    let hidden = peek(&origin["sender_user_name"]);
    let actor = from.map(party).or_else(|| {
        let mut nobody = party(&Value::Null);
        nobody.name = Some(hidden?);
        Some(nobody)
    });
    Some(Quote {
        id: peek(&origin["message_id"]),
        actor,
        time: moment(&origin["date"]).0,
        ..Quote::default()
    })
}

fn poll(poll: &Value) -> Option<Interactive> {
    let options = poll["options"].as_array()?.iter();
    let item = |option: &Value| Item {
        title: peek(&option["text"]),
        ..Item::default()
    };
    Some(Interactive {
        items: options.map(item).collect(),
        ..Interactive::new(InteractiveKind::Options)
    })
}

/// The buttons under a message, row by row.
fn keyboard(markup: &Value) -> Option<Interactive> {
    let rows = markup["inline_keyboard"].as_array()?.iter();
    let item = |button: &Value| Item {
        id: peek(&button["callback_data"]),
        title: peek(&button["text"]),
        url: peek(&button["url"]),
        ..Item::default()
    };
    let buttons = rows.filter_map(Value::as_array).flatten();
    Some(Interactive {
        items: buttons.map(item).collect(),
        ..Interactive::new(InteractiveKind::Buttons)
    })
}
