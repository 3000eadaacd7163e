//! From the bytes to Kommo's words: which webhook it is, and what to do when a part is odd.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Delivery, Kept, ParseError, Part, Timestamp};

use super::payload::{Hook, MessageHook, Payload, Text};

/// What Kommo's table lists of a message beside its content; see [`nested`].
const ENVELOPE: [&str; 6] = [
    "conversation",
    "msec_timestamp",
    "receiver",
    "sender",
    "source",
    "timestamp",
];

/// What a message can do without; see [`without_ornaments`].
const ORNAMENTS: [&str; 10] = [
    "/message/source",
    "/message/message/thumbnail",
    "/message/message/file_name",
    "/message/message/file_size",
    "/message/message/media_group_id",
    "/message/message/markup",
    "/message/message/template",
    "/message/message/reply_to",
    "/message/message/forwards",
    "/message/message/post",
];

/// What may be a message's time, the finest first; see [`second_times`].
const TIMES: [&str; 3] = ["/message/msec_timestamp", "/message/timestamp", "/time"];

/// Where there are messages within a message.
const QUOTES: [&str; 2] = ["/message/message/reply_to", "/message/message/forwards"];

/// What every v2 webhook says, for the ones of which nothing else can be read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Heading {
    account_id: Text,
    time: Time,
}

/// Reads a body. White space around it, which Kommo's own newlines are, is JSON's business.
pub(super) fn payload(delivery: &Delivery) -> Result<Payload, ParseError> {
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
        return Hook::Message(Box::new(message(raw)));
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

/// Reads a message. An odd ornament must not keep the words from the customer: with one, all of
/// them are left unread, and stay with the rest.
fn message(raw: Value) -> Part<MessageHook> {
    let hook = nested(&raw);
    let whole = Kept::split(&hook);
    match whole.or_else(|error| without_ornaments(Value::clone(&hook)).map_err(|_| error)) {
        Ok((value, mut rest)) => {
            for (path, said) in second_times(&hook) {
                put(&mut rest, path, said);
            }
            Part::Read(Kept { value, rest, raw })
        }
        Err(error) => Part::Unread {
            raw,
            reason: error.to_string(),
        },
    }
}

/// The hook with the message's content where it is today. Kommo's old table has it beside sender and
/// receiver, its old example does not; so that is only believed when nothing is nested.
fn nested(raw: &Value) -> Cow<'_, Value> {
    let mut raw = Cow::Borrowed(raw);
    if raw["message"].is_object() && !raw["message"]["message"].is_object() {
        let hook = raw.to_mut();
        if let Value::Object(message) = hook["message"].take() {
            let (mut envelope, content): (Map<_, _>, Map<_, _>) = message
                .into_iter()
                .partition(|(name, _)| ENVELOPE.contains(&name.as_str()));
            envelope.insert("message".to_owned(), Value::Object(content));
            hook["message"] = Value::Object(envelope);
        }
    }
    raw
}

fn without_ornaments(mut raw: Value) -> Result<(MessageHook, Value), serde_json::Error> {
    let ornaments: Vec<(&str, Value)> = ORNAMENTS
        .iter()
        .filter_map(|path| Some((*path, raw.pointer_mut(path)?.take())))
        .collect();
    let (hook, mut rest) = Kept::split(&raw)?;
    for (path, ornament) in ornaments {
        put(&mut rest, path, ornament);
    }
    Ok((hook, rest))
}

/// Sets `value` at `path`. The rest has the body's shape, so it goes through objects and nothing
/// else.
fn put(rest: &mut Value, path: &str, value: Value) {
    let steps = path.split('/').skip(1);
    *steps.fold(rest, |rest, step| &mut rest[step]) = value;
}

/// What tells another second than the time that the event has for it; one of the same second is told
/// as well by the finer one.
fn second_times(raw: &Value) -> impl Iterator<Item = (&'static str, Value)> {
    let said = |path: &str| Time::deserialize(at(raw, path)?).ok()?.0;
    let told = TIMES.iter().find_map(|path| said(path));
    let is_another = move |path: &&str| {
        let seconds = said(path).map(Timestamp::as_seconds);
        seconds.is_some() && seconds != told.map(Timestamp::as_seconds)
    };
    let within = QUOTES.into_iter().filter(|path| {
        let quotes = at(raw, path);
        quotes.is_some_and(has_second_time)
    });
    let others = TIMES.into_iter().filter(is_another).chain(within);
    others.filter_map(|path| Some((path, at(raw, path)?.clone())))
}

/// What stands at `path`, which needs no escaping.
fn at<'a>(raw: &'a Value, path: &str) -> Option<&'a Value> {
    let mut steps = path.split('/').skip(1);
    steps.try_fold(raw, |raw, step| raw.get(step))
}

/// Whether one of the messages within `quotes` has two times.
fn has_second_time(quotes: &Value) -> bool {
    let said = |name| Some(Time::deserialize(quotes.get(name)?).ok()?.0?.as_seconds());
    match quotes {
        Value::Array(values) => values.iter().any(has_second_time),
        Value::Object(entries) => {
            let times = said("msec_timestamp").zip(said("timestamp"));
            times.is_some_and(|(fine, coarse)| fine != coarse)
                || entries.values().any(has_second_time)
        }
        _ => false,
    }
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
