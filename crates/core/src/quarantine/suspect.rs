//! One delivery that nobody could prove.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Delivery, Timestamp};

/// A delivery that failed verification, on its way into the quarantine or out of it.
///
/// There is no way from here into the journal but by `verify`.
///
/// ```
/// use switchboard_core::Delivery;
/// use switchboard_core::quarantine::{Suspect, SuspectCause};
///
/// let suspect = Suspect {
///     endpoint: "support".into(),
///     adapter: "acme".into(),
///     delivery: Delivery::post("hello").to("/in/support"),
///     cause: SuspectCause::Deadline,
///     diagnosis: "`verify` did not answer in time".into(),
/// };
/// assert_eq!(suspect.bytes(), 4 + 11 + 5, "method, target and body");
/// ```
#[derive(Clone, Debug)]
pub struct Suspect {
    /// The endpoint it came in by.
    pub endpoint: String,
    /// The adapter that could not verify it.
    pub adapter: String,
    /// The request, whole.
    pub delivery: Delivery,
    /// What kind of failure it was.
    pub cause: SuspectCause,
    /// In words for the operator, which quote nothing of the request.
    pub diagnosis: String,
}

impl Suspect {
    /// What it counts for in its ring: the size of the request.
    pub fn bytes(&self) -> u64 {
        let Delivery {
            method,
            url,
            headers,
            body,
            ..
        } = &self.delivery;
        let authority = url
            .authority()
            .map_or(0, |authority| authority.as_str().len());
        let target = url
            .path_and_query()
            .map_or(0, |target| target.as_str().len());
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len());
        let head = method.as_str().len() + authority + target + headers.sum::<usize>();
        (head + body.len()) as u64
    }
}

/// What kind of failure brought a delivery here.
///
/// ```
/// use switchboard_core::quarantine::{Ring, SuspectCause};
///
/// assert_eq!(SuspectCause::Refused.ring(), Ring::Refused);
/// assert_eq!(SuspectCause::Unavailable.ring(), Ring::Unverified);
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SuspectCause {
    /// The proof is missing, wrong or stale.
    Refused,
    /// The key could not be had: nobody knows.
    Unavailable,
    /// `verify` panicked.
    Panicked,
    /// `verify` did not answer in time.
    Deadline,
}

impl SuspectCause {
    /// The ring that holds it.
    pub fn ring(self) -> Ring {
        match self {
            Self::Refused => Ring::Refused,
            Self::Unavailable | Self::Panicked | Self::Deadline => Ring::Unverified,
        }
    }
}

/// The two parts of a quarantine, which never take room from each other.
///
/// ```
/// use switchboard_core::quarantine::Ring;
///
/// let names: Vec<_> = Ring::ALL.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
/// assert_eq!(names, [r#""refused""#, r#""unverified""#]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ring {
    /// What was refused: forgeries, and genuine deliveries when a secret is wrong.
    Refused,
    /// What nobody could say: verified again by itself.
    Unverified,
}

impl Ring {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Refused, Self::Unverified];
}

/// A quarantined delivery's number, from 1; later ones are greater.
///
/// ```
/// use switchboard_core::quarantine::SuspectId;
///
/// assert_eq!(SuspectId::default(), SuspectId(0), "before all");
/// assert_eq!(SuspectId(7).to_string(), "7");
/// ```
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(transparent)]
pub struct SuspectId(pub u64);

impl fmt::Display for SuspectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a listing tells of a [`Suspect`].
///
/// ```
/// use switchboard_core::Delivery;
/// use switchboard_core::quarantine::{Held, Suspect, SuspectCause, SuspectId};
///
/// let suspect = Suspect {
///     endpoint: "support".into(),
///     adapter: "acme".into(),
///     delivery: Delivery::post("hello"),
///     cause: SuspectCause::Refused,
///     diagnosis: "signature mismatch".into(),
/// };
/// // What the `list` of a quarantine of your own gives: all but the request itself.
/// let held = Held::new(SuspectId(7), &suspect);
/// assert!(!serde_json::to_string(&held)?.contains("hello"));
/// assert_eq!(held.bytes, suspect.bytes());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Held {
    /// Its number.
    pub id: SuspectId,
    /// The endpoint it came in by.
    pub endpoint: String,
    /// The adapter that could not verify it.
    pub adapter: String,
    /// What kind of failure it was.
    pub cause: SuspectCause,
    /// In words.
    pub diagnosis: String,
    /// When its last byte was read, to the microsecond.
    #[serde(rename = "receivedtime")]
    pub received_at: Timestamp,
    /// What it counts for in its ring.
    pub bytes: u64,
}

impl Held {
    /// What a listing tells of `suspect`, which is held as `id`.
    pub fn new(id: SuspectId, suspect: &Suspect) -> Self {
        let received_at = suspect.delivery.received_at;
        Self {
            id,
            endpoint: suspect.endpoint.clone(),
            adapter: suspect.adapter.clone(),
            cause: suspect.cause,
            diagnosis: suspect.diagnosis.clone(),
            received_at: Timestamp::from_micros(received_at.as_micros()).unwrap_or(received_at),
            bytes: suspect.bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_genuine_has_a_ring_of_its_own() {
        use SuspectCause::{Deadline, Panicked, Refused, Unavailable};

        assert_eq!(Refused.ring(), Ring::Refused);
        for cause in [Unavailable, Panicked, Deadline] {
            assert_eq!(cause.ring(), Ring::Unverified, "{cause:?}");
        }
    }

    #[test]
    fn a_suspect_counts_for_the_size_of_its_request() {
        let suspect = Suspect {
            endpoint: "support".into(),
            adapter: "acme".into(),
            delivery: Delivery::post("12345").to("/in?a=1").with("x-ab", "123"),
            cause: SuspectCause::Refused,
            diagnosis: "signature mismatch".into(),
        };

        assert_eq!(suspect.bytes(), 4 + 7 + 4 + 3 + 5);
    }
}
