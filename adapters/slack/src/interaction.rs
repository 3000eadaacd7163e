//! What somebody pressed, picked or filled in: the `payload` of a form.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{
    Conversation, Interaction, Interactive, InteractiveKind, MessageReference, Party, Role,
};
use switchboard_core::read::{Id, Maybe, peek};
use switchboard_core::{DedupKey, Draft, Kept};

use crate::{moment, submission};

/// The form. What was submitted is looked at alone and stays with the rest, since the model has no
/// place for where in a view it stood.
#[derive(Debug, Deserialize)]
struct Form {
    payload: Submitted,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Submitted {
    user: Maybe<User>,
    channel: Maybe<Named>,
    message: Maybe<Message>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct User {
    id: Maybe<Id>,
    name: Maybe<Id>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    id: Maybe<Id>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    ts: Maybe<Id>,
}

/// Whether Slack waits for the options of a menu, which it cannot show without an answer.
pub(crate) fn asks_for_options(raw: &Value) -> bool {
    matches!(
        raw["payload"]["type"].as_str(),
        Some("block_suggestion" | "dialog_suggestion")
    )
}

/// What was submitted, by the payload's `type`.
pub(crate) fn draft(raw: Value) -> Draft {
    let payload = &raw["payload"];
    let key = peek(&payload["trigger_id"]).map_or(DedupKey::None, |id| DedupKey::provider([id]));
    let accounts = [
        &payload["team"]["id"],
        &payload["user"]["team_id"],
        &payload["enterprise"]["id"],
    ];
    let account = accounts.into_iter().find_map(peek);
    let time = moment::first([&payload["action_ts"], &payload["actions"][0]["action_ts"]]);
    let kind = peek(&payload["type"]).unwrap_or_else(|| "unknown".to_owned());
    let submitted = interactive(&kind, payload);
    let draft = match (submitted, Kept::<Form>::read(raw.clone())) {
        (Some(submitted), Ok(kept)) => {
            let told = told(kept.value.payload, submitted, payload);
            Draft::new(told.submitted(), key).rest(kept.rest)
        }
        _ => Draft::unknown(kind, raw, key),
    };
    draft.time(time).account(account)
}

/// What was submitted; of other kinds of payloads nothing was.
fn interactive(kind: &str, payload: &Value) -> Option<Interactive> {
    let (kind, submitted) = match kind {
        "block_actions" | "interactive_message" => {
            let actions = &payload["actions"];
            (InteractiveKind::Buttons, submission::of_actions(actions))
        }
        "view_submission" => {
            let values = &payload["view"]["state"]["values"];
            (InteractiveKind::Form, submission::of_state(values))
        }
        "dialog_submission" => {
            let fields = &payload["submission"];
            (InteractiveKind::Form, submission::of_dialog(fields))
        }
        "message_action" | "shortcut" => {
            let callback = peek(&payload["callback_id"]);
            let picked = callback.map(submission::of_callback);
            (InteractiveKind::Options, picked.into_iter().collect())
        }
        _ => return None,
    };
    Some(Interactive {
        submitted,
        ..Interactive::new(kind)
    })
}

fn told(read: Submitted, interactive: Interactive, payload: &Value) -> Interaction {
    let user = read.user.or_default();
    let actor = Party {
        id: user.id.text(),
        name: user
            .name
            .text()
            .or_else(|| peek(&payload["user"]["username"])),
        ..Party::new(Role::Contact)
    };
    let container = &payload["container"];
    let channel = read.channel.or_default().id.text();
    let message = read.message.or_default().ts.text();
    Interaction {
        conversation: Conversation {
            id: channel.or_else(|| peek(&container["channel_id"])),
            ..Conversation::default()
        },
        message: MessageReference {
            id: message
                .or_else(|| peek(&container["message_ts"]))
                .or_else(|| peek(&payload["message_ts"])),
            ..MessageReference::default()
        },
        ..Interaction::new(actor, interactive)
    }
}
