//! A message's webhook: read in one pass where Kommo writes it as it does today, else from a tree.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::read::Time;
use switchboard_core::{Kept, Timestamp};

use super::payload::{Embedded, Hook, Message, MessageHook};

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

/// Reads a message with nothing odd about it, and answers beside it what is left. None is for
/// [`from_tree`], which would tell the same of this one.
pub(super) fn plain(body: &[u8]) -> Option<(MessageHook, Value)> {
    let (hook, mut rest) = Kept::<MessageHook>::stream(body).ok()?;
    let left = at(&rest, "/message/message");
    if quotes(&hook).any(is_of_two_times) || left.is_some_and(has_second_time) {
        return None;
    }
    keep_second_times(&hook, &mut rest);
    Some((hook, rest))
}

/// Reads a message. An odd ornament must not keep the words from the customer: with one, all of
/// them are left unread, and stay with the rest.
pub(super) fn from_tree(raw: Value) -> Hook {
    let hook = nested(&raw);
    let whole = Kept::split(&hook);
    match whole.or_else(|error| without_ornaments(Value::clone(&hook)).map_err(|_| error)) {
        Ok((value, mut rest)) => {
            keep_second_times(&value, &mut rest);
            keep_quotes_of_two_times(&value, &hook, &mut rest);
            Hook::Message(Box::new(value), rest)
        }
        Err(error) => Hook::Unread {
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

/// Adds to the rest what tells another second than the time that the event has for it; one of the
/// same second is told as well by the finer one.
fn keep_second_times(hook: &MessageHook, rest: &mut Value) {
    let Message {
        timestamp,
        msec_timestamp,
        ..
    } = &hook.message;
    // What may be the message's time, the finest first.
    let times = [
        ("/message/msec_timestamp", msec_timestamp),
        ("/message/timestamp", timestamp),
        ("/time", &hook.time),
    ];
    let mut told = None;
    for (path, written) in times {
        let Some(said) = second(written.time) else {
            continue;
        };
        if *told.get_or_insert(said) != said {
            put(rest, path, written.raw.clone());
        }
    }
}

/// Adds to the rest the messages within the message where one of them has two times.
fn keep_quotes_of_two_times(hook: &MessageHook, raw: &Value, rest: &mut Value) {
    let content = &hook.message.message;
    for (path, is_read) in [
        ("/message/message/reply_to", content.reply_to.is_some()),
        ("/message/message/forwards", content.forwards.is_some()),
    ] {
        let quotes = at(raw, path).filter(|quotes| is_read && has_second_time(quotes));
        if let Some(quotes) = quotes {
            put(rest, path, quotes.clone());
        }
    }
}

/// The messages within the message.
fn quotes(hook: &MessageHook) -> impl Iterator<Item = &Embedded> {
    let content = &hook.message.message;
    let replied = content.reply_to.iter().flat_map(|reply| &reply.message);
    let forwarded = content
        .forwards
        .iter()
        .flat_map(|forwards| &forwards.messages);
    replied.chain(forwarded)
}

fn is_of_two_times(quoted: &Embedded) -> bool {
    let times = second(quoted.msec_timestamp).zip(second(quoted.timestamp));
    times.is_some_and(|(fine, coarse)| fine != coarse)
}

fn second(time: Time) -> Option<i64> {
    time.0.map(Timestamp::as_seconds)
}

/// What stands at `path`, which needs no escaping.
fn at<'a>(raw: &'a Value, path: &str) -> Option<&'a Value> {
    let mut steps = path.split('/').skip(1);
    steps.try_fold(raw, |raw, step| raw.get(step))
}

/// Whether one of the messages within `quotes` has two times.
fn has_second_time(quotes: &Value) -> bool {
    let said = |name| second(Time::deserialize(quotes.get(name)?).ok()?);
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
