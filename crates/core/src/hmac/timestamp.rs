//! Signed times, and how old they may be.

use std::time::Duration;

use serde::Deserialize;

use super::items::Items;
use crate::{Delivery, Timestamp, VerifyError};

/// How a provider writes the time it signs.
///
/// ```
/// use switchboard_core::{Delivery, Endpoint, HmacScheme, SecretRole, Unit};
///
/// const KEY: SecretRole = SecretRole::text("key", "Acme > Developer");
///
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(KEY, "a-key-of-acme");
/// for (unit, written) in [
///     (Unit::Seconds, "1764000000"),
///     (Unit::Milliseconds, "1764000000000"),
///     (Unit::Iso8601, "2025-11-24T16:00:00Z"),
/// ] {
///     let scheme = HmacScheme::sha256(KEY, "x-acme-hmac")
///         .signs("{timestamp}{body}")
///         .timestamp("x-acme-time", unit, 60);
///     let signed = scheme.sign(&Delivery::post("{}"), &endpoint).expect("it has a secret");
///     assert_eq!(signed.header("x-acme-time"), Some(written));
/// }
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Unit {
    /// Seconds since the Unix epoch.
    Seconds,
    /// Milliseconds since the Unix epoch.
    Milliseconds,
    /// `2021-03-25T05:09:27Z`.
    Iso8601,
}

impl Unit {
    /// Reads what [`write`](Self::write) writes; no sign, no blank, nothing that has to be guessed.
    fn read(self, text: &str) -> Option<Timestamp> {
        let digits = || {
            let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| is_digits)
        };
        match self {
            Self::Seconds => Timestamp::from_seconds(digits()?),
            Self::Milliseconds => Timestamp::from_millis(digits()?),
            Self::Iso8601 => text.parse().ok(),
        }
    }

    fn write(self, moment: Timestamp) -> String {
        match self {
            Self::Seconds => moment.as_seconds().to_string(),
            Self::Milliseconds => moment.as_millis().to_string(),
            Self::Iso8601 => moment.to_string(),
        }
    }
}

/// Where the signed time stands, and how far it may be from ours, either way.
#[derive(Clone, Copy, Debug)]
pub(super) struct SignedTime<S> {
    pub(super) place: TimePlace<S>,
    pub(super) unit: Unit,
    pub(super) tolerance_seconds: u64,
}

/// Where the signed time stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum TimePlace<S> {
    /// In a header of its own.
    Header(S),
    /// In the item of this name, in the header that has the signature.
    Item(S),
}

impl<S: AsRef<str>> SignedTime<S> {
    /// The time as it is written in `delivery`; `signature` is the header of the signature, and how
    /// its items are written.
    pub(super) fn text<'a>(
        &self,
        delivery: &'a Delivery,
        signature: (&str, Option<&Items<S>>),
    ) -> Result<&'a str, VerifyError> {
        match (&self.place, signature) {
            (TimePlace::Header(header), _) => delivery.required_header(header.as_ref()),
            (TimePlace::Item(name), (header, Some(items))) => items
                .only(delivery.required_header(header)?, name.as_ref())
                .ok_or_else(|| VerifyError::missing(header)),
            (TimePlace::Item(_), (_, None)) => {
                Err(VerifyError::unavailable("the scheme's header has no items"))
            }
        }
    }

    /// The signed time that is written as `text`. The signature must have been checked before: only
    /// then does `Stale` say that the delivery is genuine. `header` is where it stands.
    pub(super) fn check(
        &self,
        text: &str,
        header: &str,
        now: Timestamp,
    ) -> Result<Timestamp, VerifyError> {
        let signed_at = self
            .unit
            .read(text)
            .ok_or_else(|| VerifyError::missing(header))?;
        let distance = now.since(signed_at).max(signed_at.since(now));
        let excess = distance.saturating_sub(Duration::from_secs(self.tolerance_seconds));
        if excess.is_zero() {
            return Ok(signed_at);
        }
        // Rounded up, as "0 s outside" would be puzzling.
        let seconds = excess.as_millis().div_ceil(1000).max(1);
        Err(VerifyError::stale(
            i64::try_from(seconds).unwrap_or(i64::MAX),
        ))
    }

    /// The value that says `now`.
    pub(super) fn stamp(&self, now: Timestamp) -> String {
        self.unit.write(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_reads_what_it_writes() {
        let moment = Timestamp::from_seconds(1_764_000_000).unwrap();

        for unit in [Unit::Seconds, Unit::Milliseconds, Unit::Iso8601] {
            assert_eq!(unit.read(&unit.write(moment)), Some(moment), "{unit:?}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for text in [
            "",
            " ",
            "-1",
            "+1",
            " 1",
            "1 ",
            "1.5",
            "1e9",
            "0x10",
            "١",
            "99999999999999999999",
            "9223372036854775807",
            "2025-11-24T16:00:00Z",
        ] {
            assert_eq!(Unit::Seconds.read(text), None, "{text:?}");
            assert_eq!(Unit::Milliseconds.read(text), None, "{text:?}");
        }
        for text in ["", "1764000000", "2025-11-24", "2025-11-24T16:00:00"] {
            assert_eq!(Unit::Iso8601.read(text), None, "{text:?}");
        }
    }
}
