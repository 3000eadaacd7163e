//! Tolerant readers for the values that providers write in more than one way.
//!
//! What a reader makes nothing of is no error and not lost either: a [`Kept`](crate::Kept) has it in
//! its rest.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Timestamp;

/// An id that came as a text or a whole number; it stays a text for ever, as some exceed 2^53.
///
/// ```
/// use switchboard_core::read::Id;
///
/// let ids: Vec<Id> = serde_json::from_str(r#"[501, "wamid.1", 9007199254740993, ""]"#)?;
/// assert_eq!(ids[0], Id("501".to_owned()));
/// assert_eq!(ids[2].to_string(), "9007199254740993");
///
/// let filled: Vec<_> = ids.into_iter().filter_map(Id::filled).collect();
/// assert_eq!(filled, ["501", "wamid.1", "9007199254740993"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Id(pub String);

impl Id {
    /// The id, unless it is empty, as providers write "none".
    pub fn filled(self) -> Option<String> {
        filled(self.0)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdVisitor)
    }
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a whole number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Id, E> {
        Ok(Id(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Id, E> {
        Ok(Id(number.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Id, E> {
        Ok(Id(number.to_string()))
    }
}

/// A time that came in any of the usual ways; one that cannot be read is no time, not an error, and
/// stays with the rest.
///
/// Read are Unix seconds and milliseconds (by magnitude, as number or digits), RFC 3339, RFC 2822 (as
/// mails and HTTP write it), and `2020-03-03 13:05:57 UTC`. Of a number the whole part counts. A time
/// without a zone is not a moment and is not guessed.
///
/// ```
/// use serde::Deserialize;
/// use serde_json::json;
/// use switchboard_core::Timestamp;
/// use switchboard_core::read::Time;
///
/// #[derive(Debug, Default, Deserialize)]
/// #[serde(default)]
/// struct Message {
///     sent_at: Time,
///     created_at: Time,
/// }
///
/// let message: Message = serde_json::from_value(json!({
///     "sent_at": 0,
///     "created_at": "2025-11-24T16:00:00Z",
/// }))?;
/// assert_eq!(message.sent_at, Time::default());
/// let Time(moment) = message.sent_at.or(message.created_at);
/// assert_eq!(moment, Timestamp::from_seconds(1_764_000_000));
///
/// assert_eq!(Time::number(1_764_000_000_000), Time::number(1_764_000_000));
/// assert_eq!(Time::read("2025-11-24 16:00:00 UTC"), Time(moment));
/// assert_eq!(Time::read("2025-11-24 16:00:00"), Time(None));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Time(pub Option<Timestamp>);

impl Time {
    /// Reads a text.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if let Ok(number) = text.parse() {
            return Self::number(number);
        }
        let rails = || {
            let civil = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S UTC", text).ok()?;
            civil.to_zoned(jiff::tz::TimeZone::UTC).ok()
        };
        let mail = || jiff::fmt::rfc2822::parse(text).ok();
        Self(text.parse().ok().or_else(|| {
            let moment = rails().or_else(mail)?;
            Some(Timestamp::from_jiff(moment.timestamp()))
        }))
    }

    /// Reads a Unix time: seconds below 10^11 (the year 5138), milliseconds from there on. Zero is
    /// how some providers write "never", so it is no time.
    pub fn number(number: i64) -> Self {
        Self(match number {
            0 => None,
            _ if number.unsigned_abs() < 100_000_000_000 => Timestamp::from_seconds(number),
            _ => Timestamp::from_millis(number),
        })
    }

    /// This time, or `other` where this is none.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        tolerant(deserializer, |Moment(time)| time)
    }
}

/// A time, or no time that anybody gave; else nothing that can be read.
struct Moment(Option<Time>);

impl Moment {
    fn number(number: i64) -> Self {
        let time = Time::number(number);
        Self((number == 0 || time.0.is_some()).then_some(time))
    }

    fn text(text: &str) -> Self {
        let time = Time::read(text);
        let is_nothing = matches!(text.trim(), "" | "0");
        Self((is_nothing || time.0.is_some()).then_some(time))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

struct MomentVisitor;

impl Visitor<'_> for MomentVisitor {
    type Value = Moment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
        Ok(Moment::text(text))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Moment, E> {
        Ok(i64::try_from(number).map_or(Moment(None), Moment::number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Moment, E> {
        Ok(Moment::number(number))
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a time needs no fraction of a unit"
    )]
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Moment, E> {
        Ok(Moment::number(number as i64))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Moment, E> {
        Ok(Moment(Some(Time::default())))
    }

    fn visit_none<E: de::Error>(self) -> Result<Moment, E> {
        self.visit_unit()
    }
}

/// A `T`, or nothing: absent, null, or no `T`. What is no `T` is no error and stays with the rest, so
/// a part that is odd costs that part alone.
///
/// ```
/// use serde::Deserialize;
/// use serde_json::json;
/// use switchboard_core::Kept;
/// use switchboard_core::read::{Id, Maybe};
///
/// #[derive(Debug, Default, Deserialize)]
/// #[serde(default)]
/// struct Message {
///     text: Maybe<Id>,
///     user: Maybe<Id>,
///     files: Maybe<Vec<Id>>,
/// }
///
/// let odd = json!({"text": "Hello", "user": ["U1"], "files": null});
/// let kept = Kept::<Message>::read(odd).expect("an object is a message");
/// assert_eq!(kept.value.text.text().as_deref(), Some("Hello"));
/// assert_eq!(kept.value.user.text(), None);
/// assert!(kept.value.files.or_default().is_empty());
/// assert_eq!(kept.rest, json!({"user": ["U1"]}));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Maybe<T>(pub Option<T>);

impl<T: Default> Maybe<T> {
    /// The `T`, or that of nothing.
    pub fn or_default(self) -> T {
        self.0.unwrap_or_default()
    }
}

impl Maybe<Id> {
    /// The text, unless it is empty, as providers write "none".
    pub fn text(self) -> Option<String> {
        self.0.and_then(Id::filled)
    }
}

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(TOLERANT, MaybeVisitor(PhantomData))
    }
}

struct MaybeVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MaybeVisitor<T> {
    type Value = Maybe<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// Of any other deserializer: the value.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<Maybe<T>, D::Error> {
        let value = Value::deserialize(value)?;
        Ok(Maybe(Option::deserialize(value).unwrap_or_default()))
    }

    /// Of a `Kept`: the value, and the same once more to be left unread. Leaving it takes the place
    /// of what a reading that failed half-way had left.
    fn visit_seq<A: SeqAccess<'de>>(self, mut value: A) -> Result<Maybe<T>, A::Error> {
        if let Ok(read) = value.next_element::<Option<T>>() {
            return Ok(Maybe(read.flatten()));
        }
        value.next_element::<IgnoredAny>()?;
        Ok(Maybe(None))
    }
}

/// The text, unless it is empty, as providers write "none".
///
/// ```
/// use switchboard_core::read::filled;
///
/// assert_eq!(filled("Ann"), Some("Ann".to_owned()));
/// assert_eq!(filled(""), None);
/// ```
pub fn filled(text: impl Into<String>) -> Option<String> {
    Some(text.into()).filter(|text| !text.is_empty())
}

/// The text, or a whole number's digits, that `value` is, for what is looked at and stays with the
/// rest all the same. Null, empty and anything else are none.
///
/// ```
/// use serde_json::json;
/// use switchboard_core::read::peek;
///
/// let body = json!({"event": {"type": "message", "version": 2, "tags": []}});
/// assert_eq!(peek(&body["event"]["type"]).as_deref(), Some("message"));
/// assert_eq!(peek(&body["event"]["version"]).as_deref(), Some("2"));
/// assert_eq!(peek(&body["event"]["tags"]), None);
/// assert_eq!(peek(&body["nothing"]["there"]), None);
/// ```
pub fn peek(value: &Value) -> Option<String> {
    Id::deserialize(value).ok().and_then(Id::filled)
}

/// Reads an optional text for `#[serde(default, deserialize_with = "read::text")]`: absent, null
/// and empty are all `None`, and a number stays what it says.
///
/// ```
/// use serde::Deserialize;
/// use serde_json::json;
/// use switchboard_core::read;
///
/// #[derive(Debug, Deserialize)]
/// struct Contact {
///     #[serde(default, deserialize_with = "read::text")]
///     phone: Option<String>,
/// }
///
/// let contact = |json| Contact::deserialize(json).map(|contact| contact.phone);
/// assert_eq!(contact(json!({"phone": 15550100}))?.as_deref(), Some("15550100"));
/// assert_eq!(contact(json!({"phone": ""}))?, None);
/// assert_eq!(contact(json!({}))?, None);
/// assert!(contact(json!({"phone": ["15550100"]})).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// When the value is neither a text, a whole number, nor null.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Id>::deserialize(deserializer)?.and_then(Id::filled))
}

/// Reads an optional count for `#[serde(default, deserialize_with = "read::count")]`: absent, null,
/// empty and zero are all `None`, and so is what is no whole number, which stays with the rest;
/// digits in a text are read.
///
/// ```
/// use serde::Deserialize;
/// use serde_json::json;
/// use switchboard_core::{Kept, read};
///
/// #[derive(Debug, Deserialize)]
/// struct File {
///     #[serde(default, deserialize_with = "read::count")]
///     bytes: Option<u64>,
/// }
///
/// let file = |json| Kept::<File>::read(json);
/// assert_eq!(file(json!({"bytes": "48213"}))?.value.bytes, Some(48_213));
/// assert_eq!(file(json!({"bytes": 0}))?.value.bytes, None);
///
/// let odd = file(json!({"bytes": "47 KiB"}))?;
/// assert_eq!((odd.value.bytes, odd.rest), (None, json!({"bytes": "47 KiB"})));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// When the value is neither a text, a whole number, nor null.
pub fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    tolerant(deserializer, |digits: Option<Id>| {
        let Some(digits) = digits.and_then(Id::filled) else {
            return Some(None);
        };
        let count = digits.parse().ok()?;
        Some(Some(count).filter(|count| *count > 0))
    })
}

/// The name of the newtype by which [`tolerant`] asks a [`Kept`](crate::Kept) for a value twice.
pub(crate) const TOLERANT: &str = "$switchboard::Tolerant";

/// Reads an `R`, for a type that takes more values than it can make something of: where `read` has
/// no `T` for it, the `T` is the default, and the value stays in the rest of the
/// [`Kept`](crate::Kept) around it.
///
/// ```
/// use serde::{Deserialize, Deserializer};
/// use serde_json::json;
/// use switchboard_core::{Kept, read};
///
/// /// Whether somebody is there, which the provider writes as `yes` and `no`.
/// #[derive(Debug, Default, PartialEq)]
/// struct Presence(Option<bool>);
///
/// impl<'de> Deserialize<'de> for Presence {
///     fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
///         read::tolerant(deserializer, |word: String| match word.as_str() {
///             "yes" => Some(Self(Some(true))),
///             "no" => Some(Self(Some(false))),
///             _ => None,
///         })
///     }
/// }
///
/// let kept: Kept<Vec<Presence>> = Kept::read(json!(["yes", "perhaps"]))?;
/// assert_eq!(kept.value, [Presence(Some(true)), Presence(None)]);
/// assert_eq!(kept.rest, json!([null, "perhaps"]));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// When the value is no `R`.
pub fn tolerant<'de, D, R, T>(
    deserializer: D,
    read: impl FnOnce(R) -> Option<T>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    R: Deserialize<'de>,
    T: Default,
{
    deserializer.deserialize_newtype_struct(TOLERANT, Tolerant(read, PhantomData))
}

struct Tolerant<F, R>(F, PhantomData<R>);

impl<'de, R, T, F> Visitor<'de> for Tolerant<F, R>
where
    R: Deserialize<'de>,
    T: Default,
    F: FnOnce(R) -> Option<T>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// Of any other deserializer: the value.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<T, D::Error> {
        Ok((self.0)(R::deserialize(value)?).unwrap_or_default())
    }

    /// Of a `Kept`: the value, and the same once more to be left unread.
    fn visit_seq<A: SeqAccess<'de>>(self, mut value: A) -> Result<T, A::Error> {
        let found = value.next_element()?;
        let found = found.ok_or_else(|| de::Error::invalid_length(0, &"a value"))?;
        let read = (self.0)(found);
        if read.is_none() {
            value.next_element::<IgnoredAny>()?;
        }
        Ok(read.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_what_was_written() {
        for (json, id) in [
            (r#""501""#, "501"),
            ("501", "501"),
            ("9007199254740993", "9007199254740993"),
            ("-1", "-1"),
            (r#""""#, ""),
        ] {
            assert_eq!(serde_json::from_str::<Id>(json).unwrap().0, id);
        }
        for json in [
            "1.5",
            "null",
            "[]",
            "true",
            "123456789012345678901234567890",
        ] {
            assert!(serde_json::from_str::<Id>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn times_are_read_in_the_usual_ways() {
        for json in [
            "1764000000",
            r#""1764000000""#,
            "1764000000000",
            r#""2025-11-24T16:00:00Z""#,
            r#""2025-11-24T17:00:00+01:00""#,
            r#""2025-11-24 16:00:00 UTC""#,
            r#""Mon, 24 Nov 2025 16:00:00 +0000""#,
            r#""Mon, 24 Nov 2025 17:00:00 +0100""#,
            r#""Mon, 24 Nov 2025 16:00:00 GMT""#,
        ] {
            let Time(moment) = serde_json::from_str(json).unwrap();
            assert_eq!(
                moment.map(Timestamp::as_seconds),
                Some(1_764_000_000),
                "{json}"
            );
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for json in [
            "0",
            "null",
            r#""""#,
            r#""2025-11-24 16:00:00""#,
            r#""yesterday""#,
            r#""Mon, 24 Nov 2025 16:00:00""#,
            r#""Tue, 24 Nov 2025 16:00:00 +0000""#,
            r#""24 Nov 2025""#,
            "-9223372036854775808",
            "18446744073709551615",
            "1e300",
        ] {
            assert_eq!(
                serde_json::from_str::<Time>(json).unwrap(),
                Time(None),
                "{json}"
            );
        }
    }
}
