//! Buttons, votes, and what a web app sends.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::Draft;
use switchboard_core::event::{
    Conversation, Interaction, Interactive, InteractiveKind, MessageReference, Submission,
};
use switchboard_core::read::{Maybe, peek};

use crate::message::Message;
use crate::party::party;
use crate::update::Update;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Pressed {
    /// Absent where the message was sent by way of an inline query.
    message: Maybe<Message>,
}

/// Somebody pressed a button under a message.
pub(crate) fn pressed(update: &Update) -> Vec<Draft> {
    let what = update.what();
    let Some((pressed, mut rest)) = update.kept::<Pressed>() else {
        return vec![update.unread("a query is an object")];
    };
    let mut message = pressed.message.or_default();
    let (conversation, mut reference) = message.place();
    reference.id = reference.id.or_else(|| peek(&what["inline_message_id"]));
    // What the message said is no part of the answer.
    if let Some(message) = what.get("message") {
        rest[update.kind()]["message"] = message.clone();
    }
    let data = peek(&what["data"]).or_else(|| peek(&what["game_short_name"]));
    let submission = Submission {
        title: data
            .as_deref()
            .and_then(|data| label(&what["message"], data)),
        id: data,
        ..Submission::default()
    };
    let buttons = submitted(InteractiveKind::Buttons, vec![submission]);
    let interaction = Interaction {
        conversation,
        message: reference,
        ..Interaction::new(party(&what["from"]), buttons)
    };
    vec![update.draft(interaction.submitted(), None, rest)]
}

/// Somebody voted in a poll that the bot sent, or took the vote back.
pub(crate) fn voted(update: &Update) -> Vec<Draft> {
    let what = update.what();
    let options = what["option_ids"].as_array().into_iter().flatten();
    let vote = |option| Submission {
        id: peek(option),
        ..Submission::default()
    };
    let votes = submitted(InteractiveKind::Options, options.map(vote).collect());
    let people = ["user", "voter_chat"].map(|name| &what[name]);
    let voter = people.into_iter().find(|it| it.is_object());
    let interaction = Interaction::new(party(voter.unwrap_or(&Value::Null)), votes);
    let rest = update.raw();
    vec![update.draft(interaction.submitted(), None, rest)]
}

/// Somebody filled in something in a web app that a button opened.
pub(crate) fn sent_by_web_app(update: &Update) -> Draft {
    let what = update.what();
    let sent = &what["web_app_data"];
    let submission = Submission {
        title: peek(&sent["button_text"]),
        value: peek(&sent["data"]),
        ..Submission::default()
    };
    let interaction = Interaction::new(
        party(&what["from"]),
        submitted(InteractiveKind::Form, vec![submission]),
    );
    let Some((mut message, rest)) = update.kept::<Message>() else {
        return update.unread("a message is an object");
    };
    let (conversation, message): (Conversation, MessageReference) = message.place();
    let interaction = Interaction {
        conversation,
        message,
        ..interaction
    };
    update.draft(interaction.submitted(), None, rest)
}

fn submitted(kind: InteractiveKind, submitted: Vec<Submission>) -> Interactive {
    Interactive {
        submitted,
        ..Interactive::new(kind)
    }
}

/// The words on the button of `message` that says `data`.
fn label(message: &Value, data: &str) -> Option<String> {
    let rows = message["reply_markup"]["inline_keyboard"]
        .as_array()?
        .iter();
    let mut buttons = rows.filter_map(Value::as_array).flatten();
    let pressed = buttons.find(|button| button["callback_data"] == data)?;
    peek(&pressed["text"])
}
