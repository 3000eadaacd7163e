//! Conditions on an event's attributes and data, in the style of CloudEvents Subscriptions 1.0
//! (section 3.2.4, filters dialects; read in November 2026).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::InvalidFilter;
use crate::Event;

/// The deepest nesting of `all`, `any` and `not`.
const DEEPEST: usize = 16;

/// The attributes of an event that a matcher can name.
const ATTRIBUTES: &[&str] = &[
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "recordedtime",
    "partitionkey",
    "endpoint",
    "account",
    "authscheme",
    "deliveryid",
    "replayof",
];

/// One condition on an event.
///
/// `exact`, `prefix` and `suffix` compare texts, every one that is listed. They are named by the
/// attribute (`type`, `subject`, `account`) or by the way into the data (`data.actor.role`,
/// `data.message.attachments.0.kind`). Numbers and bools are compared as JSON writes them. What is
/// absent matches nothing.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use switchboard_core::Matcher;
///
/// let inbound: Matcher = serde_json::from_str(
///     r#"{"all": [
///         {"exact": {"endpoint": "support", "data.direction": "inbound"}},
///         {"not": {"prefix": {"subject": "conversation/test-"}}}
///     ]}"#,
/// )?;
/// inbound.check()?;
/// assert!(inbound.matches(&message("m-1")));
///
/// let slip: Matcher = serde_json::from_str(r#"{"exact": {"direction": "inbound"}}"#)?;
/// assert!(slip.check().is_err(), "what is in the data is `data.direction`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Matcher {
    /// Equal to this.
    Exact(BTreeMap<String, String>),
    /// Begins with this.
    Prefix(BTreeMap<String, String>),
    /// Ends with this.
    Suffix(BTreeMap<String, String>),
    /// All of these hold.
    All(Vec<Self>),
    /// One of these holds, or more.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
}

impl Matcher {
    /// Whether it holds for `event`.
    pub fn matches(&self, event: &Event) -> bool {
        self.judge(event, Some(&event.data)) == Some(true)
    }

    /// Whether it holds for an event of these attributes. `None` where its data has to be asked, and
    /// is not there.
    pub(super) fn judge(&self, attributes: &Event, data: Option<&Value>) -> Option<bool> {
        let every = |texts: &BTreeMap<String, String>, holds: fn(&str, &str) -> bool| {
            all(texts.iter().map(|(name, expected)| {
                let value = match (name.strip_prefix("data."), data) {
                    (Some(_), None) => return None,
                    (Some(path), Some(data)) => inside(data, path),
                    (None, _) => attribute(attributes, name),
                };
                Some(value.is_some_and(|value| holds(&value, expected)))
            }))
        };
        let judge = |matcher: &Self| matcher.judge(attributes, data);
        let not = |holds: Option<bool>| holds.map(|holds| !holds);
        match self {
            Self::Exact(texts) => every(texts, |value, expected| value == expected),
            Self::Prefix(texts) => every(texts, |value, expected| value.starts_with(expected)),
            Self::Suffix(texts) => every(texts, |value, expected| value.ends_with(expected)),
            Self::All(matchers) => all(matchers.iter().map(judge)),
            Self::Any(matchers) => not(all(matchers.iter().map(judge).map(not))),
            Self::Not(matcher) => not(judge(matcher)),
        }
    }

    /// Finds what can never have been meant: an attribute that no event has, a condition on
    /// nothing, `all`, `any` and `not` more than 16 deep within each other.
    ///
    /// # Errors
    ///
    /// Says which part is wrong.
    pub fn check(&self) -> Result<(), InvalidFilter> {
        self.check_at(0)
    }

    fn check_at(&self, depth: usize) -> Result<(), InvalidFilter> {
        if depth > DEEPEST {
            return Err(InvalidFilter(format!("nested more than {DEEPEST} deep")));
        }
        match self {
            Self::Exact(texts) | Self::Prefix(texts) | Self::Suffix(texts) => {
                if texts.is_empty() {
                    return Err(InvalidFilter("a condition on nothing".into()));
                }
                let unknown = texts.keys().find(|name| !is_known(name));
                match unknown {
                    Some(name) => Err(InvalidFilter(format!(
                        "no event has an attribute `{name}`; what is in its data is `data.{name}`"
                    ))),
                    None => Ok(()),
                }
            }
            Self::All(matchers) | Self::Any(matchers) => {
                if matchers.is_empty() {
                    return Err(InvalidFilter("a list of no conditions".into()));
                }
                let mut each = matchers.iter();
                each.try_for_each(|matcher| matcher.check_at(depth + 1))
            }
            Self::Not(matcher) => matcher.check_at(depth + 1),
        }
    }
}

fn is_known(name: &str) -> bool {
    match name.split_once('.') {
        Some(("data", path)) => !path.is_empty(),
        _ => ATTRIBUTES.contains(&name),
    }
}

/// Whether all hold. One that does not is enough to know.
pub(super) fn all(parts: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for part in parts {
        match part {
            Some(true) => {}
            Some(false) => return part,
            None => all = None,
        }
    }
    all
}

/// What the attribute `name` of `event` says, as text.
fn attribute<'a>(event: &'a Event, name: &str) -> Option<Cow<'a, str>> {
    let text = match name {
        "specversion" => &*event.specversion,
        "id" => &event.id,
        "source" => &event.source,
        "type" => &event.kind,
        "subject" => event.subject.as_deref()?,
        "time" => return event.time.map(|time| time.to_string().into()),
        "datacontenttype" => &*event.datacontenttype,
        "dataschema" => &event.dataschema,
        "recordedtime" => return Some(event.recordedtime.to_string().into()),
        "partitionkey" => &event.partitionkey,
        "endpoint" => &event.endpoint,
        "account" => event.account.as_deref()?,
        "authscheme" => &event.authscheme,
        "deliveryid" => &event.deliveryid,
        "replayof" => event.replayof.as_deref()?,
        _ => return None,
    };
    Some(text.into())
}

/// What is at `path` in the data, as text.
fn inside<'a>(data: &'a Value, path: &str) -> Option<Cow<'a, str>> {
    text(path.split('.').try_fold(data, step)?)
}

fn step<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(entries) => entries.get(name),
        Value::Array(values) => values.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(bool) => Some(bool.to_string().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::Origin;
    use crate::{DedupKey, Descriptor, Draft, Timestamp};

    const ACME: Descriptor = Descriptor::new("acme", "Acme");

    fn event() -> Event {
        let fields = json!({"amount": 12, "is_new": true, "tags": [{"name": "vip"}], "none": null});
        let draft = Draft::unknown("x", fields, DedupKey::provider(["1"]));
        let origin = Origin {
            adapter: &ACME,
            endpoint: "support",
            account: Some("7"),
            scheme: "none",
            delivery: "d",
            recorded: Timestamp::UNIX_EPOCH,
        };
        Event::stamp(draft, &origin, 0)
    }

    #[test]
    fn conditions_hold_as_they_read() {
        let cases = [
            (
                r#"{"exact": {"type": "dev.switchboard.provider.event"}}"#,
                true,
            ),
            (
                r#"{"exact": {"endpoint": "support", "account": "7"}}"#,
                true,
            ),
            (
                r#"{"exact": {"endpoint": "support", "account": "8"}}"#,
                false,
            ),
            (r#"{"prefix": {"source": "/acme/"}}"#, true),
            (r#"{"prefix": {"source": "acme/"}}"#, false),
            (r#"{"suffix": {"type": ".event"}}"#, true),
            (
                r#"{"exact": {"recordedtime": "1970-01-01T00:00:00Z"}}"#,
                true,
            ),
            (r#"{"exact": {"data.fields.amount": "12"}}"#, true),
            (r#"{"exact": {"data.fields.is_new": "true"}}"#, true),
            (r#"{"exact": {"data.fields.tags.0.name": "vip"}}"#, true),
            (r#"{"exact": {"data.fields.tags.1.name": "vip"}}"#, false),
            (r#"{"exact": {"data.fields.none": "null"}}"#, false),
            (r#"{"prefix": {"replayof": ""}}"#, false),
            (r#"{"not": {"exact": {"data.fields.absent": "1"}}}"#, true),
            (
                r#"{"any": [{"exact": {"account": "8"}}, {"exact": {"account": "7"}}]}"#,
                true,
            ),
            (
                r#"{"all": [{"exact": {"account": "8"}}, {"exact": {"account": "7"}}]}"#,
                false,
            ),
        ];

        for (json, expected) in cases {
            let matcher: Matcher = serde_json::from_str(json).unwrap();
            assert_eq!(matcher.check(), Ok(()), "{json}");
            assert_eq!(matcher.matches(&event()), expected, "{json}");
        }
    }

    #[test]
    fn what_can_never_match_is_found() {
        let deep = format!(
            "{}{{\"exact\": {{\"id\": \"1\"}}}}{}",
            "{\"not\": ".repeat(DEEPEST + 1),
            "}".repeat(DEEPEST + 1)
        );
        for wrong in [
            r#"{"exact": {}}"#,
            r#"{"any": []}"#,
            r#"{"exact": {"kind": "message.created"}}"#,
            r#"{"exact": {"data": "1"}}"#,
            r#"{"all": [{"not": {"prefix": {"direction": "in"}}}]}"#,
            &deep,
        ] {
            let matcher: Matcher = serde_json::from_str(wrong).unwrap();
            assert!(matcher.check().is_err(), "{wrong}");
        }
        for wrong in [r#"{"like": {"id": "1"}}"#, r#"{"exact": {"id": 1}}"#, "{}"] {
            assert!(serde_json::from_str::<Matcher>(wrong).is_err(), "{wrong}");
        }
    }
}
