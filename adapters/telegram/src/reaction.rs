//! Reactions: Telegram tells what somebody's were and what they are, and the difference is what
//! happened.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{Direction, MessageReference, Reaction, Role};
use switchboard_core::read::{Id, Maybe, peek};
use switchboard_core::{Data, Draft};

use crate::party::{Chat, party};
use crate::update::Update;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reacted {
    chat: Maybe<Chat>,
    message_id: Maybe<Id>,
}

/// One draft for each reaction that came or went.
pub(crate) fn drafts(update: &Update) -> Vec<Draft> {
    type Happened = fn(Reaction) -> Data;

    let what = update.what();
    let was = emojis(&what["old_reaction"]);
    let is = emojis(&what["new_reaction"]);
    let came = is.iter().filter(|emoji| !was.contains(emoji));
    let came = came.map(|emoji| (emoji, Reaction::added as Happened));
    let went = was.iter().filter(|emoji| !is.contains(emoji));
    let went = went.map(|emoji| (emoji, Reaction::removed as Happened));
    let changes: Vec<(&String, Happened)> = came.chain(went).collect();
    let Some((reacted, rest)) = update.kept::<Reacted>().filter(|_| !changes.is_empty()) else {
        return vec![update.unread("nothing came and nothing went")];
    };

    let actor = ["user", "actor_chat"].map(|name| &what[name]);
    let actor = party(
        actor
            .into_iter()
            .find(|it| it.is_object())
            .unwrap_or(&Value::Null),
    );
    let reaction = Reaction {
        direction: match actor.role {
            Role::Contact => Direction::Inbound,
            _ => Direction::Unknown,
        },
        actor,
        conversation: reacted.chat.or_default().conversation(Maybe::default()),
        message: MessageReference {
            id: reacted.message_id.text(),
            ..MessageReference::default()
        },
        emoji: None,
    };
    let draft = |(emoji, happened): (&String, Happened)| {
        let reaction = Reaction {
            emoji: Some(emoji.clone()),
            ..reaction.clone()
        };
        update.draft(happened(reaction), Some(emoji), rest.clone())
    };
    changes.into_iter().map(draft).collect()
}

/// Each reaction once: the emoji, the id of one that somebody made, or what else it is.
fn emojis(reactions: &Value) -> Vec<String> {
    let mut emojis = Vec::new();
    for reaction in reactions.as_array().into_iter().flatten() {
        let places = ["emoji", "custom_emoji_id", "type"];
        let emoji = places.iter().find_map(|name| peek(&reaction[*name]));
        if let Some(emoji) = emoji.filter(|emoji| !emojis.contains(emoji)) {
            emojis.push(emoji);
        }
    }
    emojis
}
