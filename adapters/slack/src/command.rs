//! Slash commands: a form whose fields are flat.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{
    Conversation, Interaction, Interactive, InteractiveKind, Party, Role, Submission,
};
use switchboard_core::read::{Id, Maybe, peek};
use switchboard_core::{DedupKey, Draft, Kept};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Command {
    command: Maybe<Id>,
    text: Maybe<Id>,
    user_id: Maybe<Id>,
    user_name: Maybe<Id>,
    channel_id: Maybe<Id>,
    team_id: Maybe<Id>,
}

/// A command and the words behind it.
pub(crate) fn draft(raw: Value) -> Draft {
    let key = peek(&raw["trigger_id"]).map_or(DedupKey::None, |id| DedupKey::provider([id]));
    let enterprise = peek(&raw["enterprise_id"]);
    let kept = match Kept::<Command>::read(raw.clone()) {
        Ok(kept) => kept,
        Err(_) => return Draft::unread("command", raw, "the form is odd".to_owned()),
    };
    let command = kept.value;
    let actor = Party {
        id: command.user_id.text(),
        name: command.user_name.text(),
        ..Party::new(Role::Contact)
    };
    let mut entered = Interactive::new(InteractiveKind::Form);
    entered.submitted.push(Submission {
        id: command.command.text(),
        value: command.text.text(),
        ..Submission::default()
    });
    let interaction = Interaction {
        conversation: Conversation {
            id: command.channel_id.text(),
            ..Conversation::default()
        },
        ..Interaction::new(actor, entered)
    };
    Draft::new(interaction.submitted(), key)
        .account(command.team_id.text().or(enterprise))
        .rest(kept.rest)
}
