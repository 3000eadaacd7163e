//! Keeps what an adapter declared secret out of events, and out of what is shown.
//!
//! An entry is the name of a field, or the last steps of the way to one: `api_key` is any field of
//! that name at any depth, `channel.provider_config.api_key` only the one that stands in a
//! `provider_config` in a `channel`, wherever that is. Places in a list are no steps. Steps are the
//! keys of an object, and of a form's names as well: `account[users][0][token]` ends in
//! `account.users.token`. JSON in a text is looked into like any other.

use std::borrow::Cow;

use serde_json::Value;

use crate::Delivery;

/// The body of `delivery` as it may be shown: without the `entries` of its adapter's
/// [`Descriptor`](crate::Descriptor). Byte for byte as it came where it has none; else JSON or a form
/// that is written anew.
///
/// ```
/// use switchboard_core::{Delivery, redact};
///
/// let json = Delivery::post(r#"{"id":1,"user":{"access_token":"s3cr3t"}}"#);
/// assert_eq!(redact::body(&json, &["access_token"])?, &br#"{"id":1,"user":{}}"#[..]);
///
/// let form = Delivery::post("id=1&user[access_token]=s3cr3t")
///     .with("content-type", "application/x-www-form-urlencoded");
/// assert_eq!(redact::body(&form, &["user.access_token"])?, &b"id=1"[..]);
/// # Ok::<(), redact::Unshowable>(())
/// ```
///
/// # Errors
///
/// When the body can be read neither as JSON nor as a form, and one of the entries stands in it.
pub fn body<'a>(delivery: &'a Delivery, entries: &[&str]) -> Result<Cow<'a, [u8]>, Unshowable> {
    let bytes = &*delivery.body;
    if let Ok(mut json) = serde_json::from_slice::<Value>(bytes) {
        return Ok(if value(&mut json, entries) {
            json.to_string().into_bytes().into()
        } else {
            bytes.into()
        });
    }
    let kind = delivery.header("content-type").unwrap_or_default();
    if kind
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("application/x-www-form-urlencoded")
    {
        return Ok(form(delivery, entries));
    }
    let text = String::from_utf8_lossy(bytes);
    match entries.iter().find(|entry| text.contains(last_step(entry))) {
        None => Ok(bytes.into()),
        Some(entry) => Err(Unshowable(last_step(entry).to_owned())),
    }
}

/// A body that holds what is never shown, in a place that nobody can find.
///
/// ```
/// use switchboard_core::{Delivery, redact};
///
/// let cut = Delivery::post(r#"{"id":1,"access_token":"s3c"#);
/// let error: redact::Unshowable = redact::body(&cut, &["access_token"]).unwrap_err();
/// assert!(error.to_string().contains("`access_token`"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the body is neither JSON nor a form, and `{0}`, which is never shown, stands in it")]
pub struct Unshowable(String);

/// Takes `entries` out of `value`, and says whether there was one.
///
/// ```
/// use serde_json::json;
/// use switchboard_core::redact;
///
/// let mut body = json!({"channel": {"api_key": "s3cr3t", "id": 1}, "api_key": "a public one"});
/// assert!(redact::value(&mut body, &["channel.api_key"]));
/// assert_eq!(body, json!({"channel": {"id": 1}, "api_key": "a public one"}));
/// ```
pub fn value(value: &mut Value, entries: &[&str]) -> bool {
    !entries.is_empty() && redact_at(value, &mut String::new(), entries)
}

fn redact_at(value: &mut Value, way: &mut String, entries: &[&str]) -> bool {
    match value {
        Value::Object(fields) => {
            let mut is_redacted = false;
            fields.retain(|name, value| {
                let length = way.len();
                let is_secret = extend(way, name, entries);
                is_redacted |= is_secret || redact_at(value, way, entries);
                way.truncate(length);
                !is_secret
            });
            is_redacted
        }
        Value::Array(values) => {
            let mut is_redacted = false;
            for value in values {
                is_redacted |= redact_at(value, way, entries);
            }
            is_redacted
        }
        Value::String(text) => redact_text(text, way, entries),
        _ => false,
    }
}

/// Takes `entries` out of the JSON that `text` may be.
fn redact_text(text: &mut String, way: &mut String, entries: &[&str]) -> bool {
    let is_json = text.trim_start().starts_with(['{', '[']);
    // Any letter of a name may be written by its number.
    let has_escapes = text.contains(r"\u");
    let may_have = |entry| has_escapes || text.contains(last_step(entry));
    if !is_json || !entries.iter().any(may_have) {
        return false;
    }
    let Ok(mut value) = serde_json::from_str(text) else {
        return false;
    };
    let is_redacted = redact_at(&mut value, way, entries);
    if is_redacted {
        *text = value.to_string();
    }
    is_redacted
}

fn form<'a>(delivery: &'a Delivery, entries: &[&str]) -> Cow<'a, [u8]> {
    let mut is_redacted = false;
    let mut shown = form_urlencoded::Serializer::new(String::new());
    for (name, value) in delivery.form() {
        let (mut way, mut value) = (String::new(), value.into_owned());
        if extend(&mut way, &name, entries) {
            is_redacted = true;
            continue;
        }
        is_redacted |= redact_text(&mut value, &mut way, entries);
        shown.append_pair(&name, &value);
    }
    if is_redacted {
        shown.finish().into_bytes().into()
    } else {
        (&*delivery.body).into()
    }
}

/// Goes on by the steps of `name`: `a[b][0]` is `.a.b`. Whether one of them ends `entries`; the steps
/// before them were asked already.
fn extend(way: &mut String, name: &str, entries: &[&str]) -> bool {
    let is_step = |step: &&str| !step.is_empty() && !step.bytes().all(|byte| byte.is_ascii_digit());
    let mut is_secret = false;
    let steps = name.split(['[', ']']).filter(is_step);
    // A dot in a name is not told from one between two.
    for step in steps.flat_map(|step| step.split('.')) {
        way.push('.');
        way.push_str(step);
        is_secret |= entries.iter().any(|entry| ends_in(way, entry));
    }
    is_secret
}

/// Whether the last steps of `way` are those of `entry`.
fn ends_in(way: &str, entry: &str) -> bool {
    let before = way.strip_suffix(entry);
    before.is_some_and(|before| before.ends_with('.'))
}

fn last_step<'a>(entry: &&'a str) -> &'a str {
    entry.rsplit('.').next().unwrap_or(entry)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ENTRIES: &[&str] = &["token", "channel.config.api_key"];

    #[test]
    fn redacted_names_are_gone_at_any_depth() {
        let mut given = json!({"token": 1, "list": [{"token": {"a": 1}, "b": 2}], "tokens": 3});

        assert!(value(&mut given, ENTRIES));

        assert_eq!(given, json!({"list": [{"b": 2}], "tokens": 3}));
    }

    #[test]
    fn a_path_is_the_last_steps_of_a_way() {
        for (given, left) in [
            (
                json!({"channel": {"config": {"api_key": 1, "url": 2}}}),
                json!({"channel": {"config": {"url": 2}}}),
            ),
            (
                json!({"inbox": {"channel": [{"config": {"0": {"api_key": 1}}}]}}),
                json!({"inbox": {"channel": [{"config": {"0": {}}}]}}),
            ),
            (json!({"channel[config][api_key]": 1}), json!({})),
            (
                json!({"a": "{\"channel\":{\"config\":{\"api_key\":1}}}"}),
                json!({"a": "{\"channel\":{\"config\":{}}}"}),
            ),
            (json!([{"token": 1}, {"token": 2}]), json!([{}, {}])),
            (json!({"a[token][b]": 1, "token.b": 2}), json!({})),
            (
                json!({"channel.config": {"api_key": 1, "0": 2}}),
                json!({"channel.config": {"0": 2}}),
            ),
            (json!({"a": "[{\"token\":1}]"}), json!({"a": "[{}]"})),
            // Written `[{"\u0074oken":1}]`, and as a text in another.
            (json!({"a": "[{\"\\u0074oken\":1}]"}), json!({"a": "[{}]"})),
            (
                json!({"a": json!(["[{\"\\u0074oken\":1}]"]).to_string()}),
                json!({"a": json!(["[{}]"]).to_string()}),
            ),
        ] {
            let mut json = given.clone();

            assert!(value(&mut json, ENTRIES), "{given}");
            assert_eq!(json, left, "{given}");
        }
    }

    #[test]
    fn a_number_in_a_name_is_a_step_where_a_dot_says_so() {
        let mut given = json!({"plan.1": 1, "plan[1]": 2, "plan": {"1": 3}});

        assert!(value(&mut given, &["plan.1"]));

        assert_eq!(given, json!({"plan[1]": 2, "plan": {"1": 3}}));
    }

    #[test]
    fn what_no_entry_names_stays() {
        for given in [
            json!({"config": {"api_key": 1}}),
            json!({"my_channel": {"config": {"api_key": 1}}}),
            json!({"channel": {"config": {"api_keys": 1}}}),
            json!({"channel": {"other": {"config": {"api_key": 1}}}}),
            json!({"a": "{\"token\":", "b": "token"}),
        ] {
            let mut json = given.clone();

            assert!(!value(&mut json, ENTRIES), "{given}");
            assert_eq!(json, given);
        }
    }

    #[test]
    fn a_body_without_secrets_is_shown_byte_for_byte() {
        for body in ["{ \"a\" :1e2}\n", "[", "", "a=%zz&b[token", "\u{feff}{}"] {
            let json = Delivery::post(body).with("content-type", "application/json");

            assert_eq!(super::body(&json, &["secret"]).unwrap(), body.as_bytes());
        }
        let form = Delivery::post("a=%zz&tokens=+1")
            .with("content-type", "application/x-www-form-urlencoded");
        assert_eq!(body(&form, ENTRIES).unwrap(), &b"a=%zz&tokens=+1"[..]);
    }

    #[test]
    fn a_body_is_shown_without_its_secrets() {
        let json = Delivery::post("{\"b\": 1, \"token\": \"hunter2\"}");
        let form = Delivery::post(concat!(
            "a=1&user[token]=hunter2&user[token][0]=hunter2&channel[0][config][api_key]=hunter2",
            "&payload=%7B%22token%22%3A%22hunter2%22%7D",
        ))
        .with(
            "content-type",
            "Application/x-www-form-urlencoded; charset=utf-8",
        );

        assert_eq!(body(&json, ENTRIES).unwrap(), &b"{\"b\":1}"[..]);
        assert_eq!(body(&form, ENTRIES).unwrap(), &b"a=1&payload=%7B%7D"[..]);
    }

    #[test]
    fn what_cannot_be_read_is_not_shown_with_a_secret_in_it() {
        for text in ["{\"token\":\"hunter2\"", "<token>hunter2</token>"] {
            let told = body(&Delivery::post(text), ENTRIES)
                .unwrap_err()
                .to_string();

            assert!(told.contains("`token`") && !told.contains("hunter2"));
        }
    }
}
