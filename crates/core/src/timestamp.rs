//! A moment in UTC.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment in UTC, to the nanosecond; written as RFC 3339, in JSON too.
///
/// Read is RFC 3339, and a little more: a blank in place of the `T`, an offset of hours alone, a zone
/// in brackets behind the offset (RFC 9557). There are no leap seconds: `23:59:60` is `23:59:59`.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::Timestamp;
///
/// let moment = Timestamp::from_seconds(1_764_000_000).expect("in range");
/// assert_eq!(moment.to_string(), "2025-11-24T16:00:00Z");
/// assert_eq!(Timestamp::from_millis(1_764_000_000_000), Some(moment));
/// assert_eq!(Timestamp::from_micros(1_764_000_000_000_000), Some(moment));
/// assert_eq!(Timestamp::from_seconds(i64::MAX), None);
///
/// let elsewhere: Timestamp = "2025-11-24T17:00:00.25+01:00".parse()?;
/// assert_eq!(elsewhere.as_seconds(), 1_764_000_000);
/// assert_eq!(elsewhere.as_millis(), 1_764_000_000_250);
/// assert_eq!(elsewhere.as_micros(), 1_764_000_000_250_000);
/// assert!("2025-11-24 16:00".parse::<Timestamp>().is_err());
///
/// let later = moment.plus(Duration::from_secs(60));
/// assert_eq!(later.since(moment), Duration::from_secs(60));
/// assert_eq!(moment.since(later), Duration::ZERO);
/// assert!(moment > Timestamp::UNIX_EPOCH);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(jiff::Timestamp::UNIX_EPOCH);

    /// The moment `seconds` after the Unix epoch; `None` outside the years -9999 to 9999.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds).ok().map(Self)
    }

    /// The moment `millis` milliseconds after the Unix epoch; `None` outside the years -9999 to 9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        jiff::Timestamp::from_millisecond(millis).ok().map(Self)
    }

    /// The moment `micros` microseconds after the Unix epoch; `None` outside the years -9999 to 9999.
    pub fn from_micros(micros: i64) -> Option<Self> {
        jiff::Timestamp::from_microsecond(micros).ok().map(Self)
    }

    /// Whole seconds since the Unix epoch.
    pub fn as_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// Whole milliseconds since the Unix epoch.
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Whole microseconds since the Unix epoch.
    pub fn as_micros(self) -> i64 {
        self.0.as_microsecond()
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        self.0
            .duration_since(earlier.0)
            .try_into()
            .unwrap_or(Duration::ZERO)
    }

    /// This moment and `duration` more; the last representable moment where that is too far.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.checked_add(duration).unwrap_or(jiff::Timestamp::MAX))
    }

    pub(crate) fn from_jiff(moment: jiff::Timestamp) -> Self {
        Self(moment)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        text.parse().map(Self).map_err(|_| InvalidTimestamp)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Written)
    }
}

/// Reads a moment as it is written.
struct Written;

impl de::Visitor<'_> for Written {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 time")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(E::custom)
    }
}

/// A text that is no RFC 3339 moment.
///
/// ```
/// use switchboard_core::{InvalidTimestamp, Timestamp};
///
/// let read = |text: &str| text.parse::<Timestamp>();
/// assert_eq!(read("2025-11-24T16:00:00Z"), read("2025-11-24T17:00:00+01:00"));
/// assert_eq!(read("2025-11-24 16:00"), Err(InvalidTimestamp));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not an RFC 3339 time")]
pub struct InvalidTimestamp;
