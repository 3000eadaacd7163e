//! From the bytes to Kommo's words: which webhook it is, and what to do when a part is odd.

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Delivery, ParseError, Part};

use super::message;
use super::payload::{Hook, Payload, Text};

/// What every v2 webhook says, for the ones of which nothing else can be read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Heading {
    account_id: Text,
    time: Time,
}

/// Reads a body. White space around it, which Kommo's own newlines are, is JSON's business.
pub(super) fn payload(delivery: &Delivery) -> Result<Payload, ParseError> {
    match plain(delivery) {
        Some(payload) => Ok(payload),
        None => from_tree(delivery),
    }
}

/// Reads what most webhooks are, a message with nothing odd about it, as [`from_tree`] would.
pub(super) fn plain(delivery: &Delivery) -> Option<Payload> {
    let (hook, rest) = message::plain(&delivery.body)?;
    let account = hook.account_id.0.clone();
    Some(Payload {
        account: account.or_else(|| account_of_scope(delivery.url.path())),
        time: hook.time.time,
        hook: Hook::Message(Box::new(hook), rest),
    })
}

pub(super) fn from_tree(delivery: &Delivery) -> Result<Payload, ParseError> {
    let raw: Map<String, Value> = delivery.json()?;
    let raw = Value::Object(raw);
    let heading = Heading::deserialize(&raw).unwrap_or_default();
    let account = heading.account_id.0;
    Ok(Payload {
        account: account.or_else(|| account_of_scope(delivery.url.path())),
        time: heading.time,
        hook: hook(raw, delivery.text()?),
    })
}

fn hook(raw: Value, body: &str) -> Hook {
    if is_filled_object(&raw["message"]) {
        return message::from_tree(raw);
    }
    if let Some(name) = action(&raw) {
        return match name.as_str() {
            "reaction" => Hook::Reaction(Part::of(raw)),
            "typing" => Hook::Typing(Part::of(raw)),
            _ => Hook::Unknown {
                kind: format!("action.{name}"),
                raw,
            },
        };
    }
    if raw["receiver"].is_string() {
        // The signature may have been made over the trimmed body: whoever repeats a body can add
        // newlines to it, and must not get another key by that.
        let key = DedupKey::derived([body.trim_matches(['\r', '\n'])]);
        return Hook::MessageV1(Part::of(raw), key);
    }
    Hook::Unknown {
        kind: "unknown".to_owned(),
        raw,
    }
}

fn is_filled_object(value: &Value) -> bool {
    value.as_object().is_some_and(|object| !object.is_empty())
}

/// The name of what was done: one that we know, else the first.
fn action(raw: &Value) -> Option<String> {
    let actions = raw["action"].as_object()?;
    let known = |name: &&String| matches!(name.as_str(), "reaction" | "typing");
    actions
        .keys()
        .find(known)
        .or(actions.keys().next())
        .cloned()
}

/// The account in the last segment of the URL, where that is a scope id: `{channel}_{account}`.
///
/// The signature does not cover it, so it only stands in where the body names no account.
fn account_of_scope(path: &str) -> Option<String> {
    let scope = path.trim_end_matches('/').rsplit('/').next()?;
    let (channel, account) = scope.split_once('_')?;
    (is_uuid(channel) && is_uuid(account)).then(|| account.to_owned())
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_scope_id_names_an_account() {
        const CHANNEL: &str = "f90ba33d-c9d9-44da-b76c-c349b0ecbe41";
        const ACCOUNT: &str = "af9945ff-1490-4cad-807d-945c15d88bec";

        for path in [
            format!("/in/support/{CHANNEL}_{ACCOUNT}"),
            format!("/in/support/{CHANNEL}_{ACCOUNT}/"),
            format!("/{CHANNEL}_{ACCOUNT}"),
        ] {
            assert_eq!(account_of_scope(&path).as_deref(), Some(ACCOUNT), "{path}");
        }
        for path in [
            "/in/support".to_owned(),
            "/in/my_support".to_owned(),
            "/in/support/:scope_id".to_owned(),
            format!("/in/support/{ACCOUNT}"),
            format!("/in/support/_{ACCOUNT}"),
            format!("/in/support/{CHANNEL}_{ACCOUNT}0"),
            format!("/in/support/{CHANNEL}_{ACCOUNT}_{ACCOUNT}"),
            format!("/in/{CHANNEL}_{ACCOUNT}/more"),
            "/".to_owned(),
        ] {
            assert_eq!(account_of_scope(&path), None, "{path}");
        }
    }
}
