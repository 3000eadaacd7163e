//! Who comes to a chat and who leaves it: the bot itself, and where it was told to tell of them,
//! others.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{Conversation, Participation};
use switchboard_core::read::{Maybe, peek};
use switchboard_core::{Data, Draft};

use crate::party::{Chat, party};
use crate::update::Update;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct InChat {
    chat: Maybe<Chat>,
}

/// Somebody is something else in a chat now. Whoever stays in it, or out of it, is told of in
/// Telegram's words alone.
pub(crate) fn changed(update: &Update) -> Vec<Draft> {
    let what = update.what();
    let [was, is] = ["old_chat_member", "new_chat_member"].map(|name| &what[name]);
    let member = &is["user"];
    let happened: Option<fn(Participation) -> Data> = match (is_in(was), is_in(is)) {
        (Some(false), Some(true)) => Some(Participation::joined),
        (Some(true), Some(false)) => Some(Participation::left),
        _ => None,
    };
    let parts = happened
        .zip(update.kept::<InChat>())
        .filter(|_| member.is_object());
    let Some((happened, (InChat { chat }, rest))) = parts else {
        return vec![update.unknown(update.kind())];
    };
    let conversation = chat.or_default().conversation(Maybe::default());
    let mut part = participation(member, &what["from"], conversation);
    part.status = peek(&is["status"]);
    vec![update.draft(happened(part), None, rest)]
}

/// Those of whom a service message tells that they came or left.
pub(crate) fn told(update: &Update) -> Vec<Draft> {
    type Happened = fn(Participation) -> Data;

    let what = update.what();
    let came = what["new_chat_members"].as_array().into_iter().flatten();
    let came = came.map(|member| (member, Participation::joined as Happened));
    let left = (&what["left_chat_member"], Participation::left as Happened);
    let members = came.chain([left]).filter(|(member, _)| member.is_object());
    let Some((InChat { chat }, rest)) = update.kept() else {
        return Vec::new();
    };
    let conversation = chat.or_default().conversation(Maybe::default());
    let draft = |(position, (member, happened)): (usize, (&Value, Happened))| {
        let part = participation(member, &what["from"], conversation.clone());
        let id = part.participant.id.clone();
        let id = id.unwrap_or_else(|| format!("member-{position}"));
        update.draft(happened(part), Some(&id), rest.clone())
    };
    members.enumerate().map(draft).collect()
}

/// The part of `member`, and of `from` in it where that is somebody else.
fn participation(member: &Value, from: &Value, conversation: Conversation) -> Participation {
    let is_other = from.is_object() && from["id"] != member["id"];
    Participation {
        actor: is_other.then(|| party(from)),
        conversation,
        ..Participation::of(party(member))
    }
}

/// Whether somebody of this status is in the chat.
fn is_in(member: &Value) -> Option<bool> {
    match member["status"].as_str()? {
        "creator" | "administrator" | "member" => Some(true),
        "restricted" => member["is_member"].as_bool(),
        "left" | "kicked" => Some(false),
        _ => None,
    }
}
