//! From Discord's words to ours: who submitted what, and where.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{self, Conversation, Interactive, MessageReference};
use switchboard_core::read::{Id, Maybe, peek};
use switchboard_core::{DedupKey, Draft, Kept};

use super::{AUTOCOMPLETE, Interaction, submission};
use crate::{person, time};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Submitted {
    channel_id: Maybe<Id>,
    guild_id: Maybe<Id>,
    /// The one that a component stands in.
    message: Maybe<Message>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    id: Maybe<Id>,
}

/// What was submitted; of other kinds nothing was.
pub(super) fn draft(interaction: Interaction) -> Draft {
    let kind = interaction.kind();
    let Interaction { raw } = interaction;
    let key = peek(&raw["id"]).map_or(DedupKey::None, |id| DedupKey::provider([id]));
    let time = time::of_id(&raw["id"]);
    let guild = peek(&raw["guild_id"]);
    let submitted = submission::interactive(kind, &raw["data"]);
    let draft = match (submitted, Kept::<Submitted>::read(raw.clone())) {
        (Some(submitted), Ok(kept)) => {
            let told = told(kept.value, submitted, &raw);
            Draft::new(told.submitted(), key).rest(kept.rest)
        }
        _ => Draft::unknown(name(kind, &raw), raw, key),
    };
    draft.time(time).account(guild)
}

fn told(read: Submitted, interactive: Interactive, raw: &Value) -> event::Interaction {
    // In a guild a user is a member of it.
    let member = &raw["member"];
    let user = if member["user"].is_object() {
        &member["user"]
    } else {
        &raw["user"]
    };
    let mut actor = person::party(user);
    actor.name = peek(&member["nick"]).or(actor.name);
    let message = read.message.or_default().id.text();
    event::Interaction {
        conversation: Conversation {
            id: read.channel_id.text(),
            inbox: read.guild_id.text(),
            ..Conversation::default()
        },
        message: MessageReference {
            id: message.or_else(|| submission::target(&raw["data"])),
            ..MessageReference::default()
        },
        ..event::Interaction::new(actor, interactive)
    }
}

fn name(kind: u64, raw: &Value) -> String {
    match (kind, peek(&raw["type"])) {
        (AUTOCOMPLETE, _) => "autocomplete".to_owned(),
        (_, Some(number)) => format!("interaction.{number}"),
        (_, None) => "unknown".to_owned(),
    }
}
