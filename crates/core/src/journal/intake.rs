//! What goes into a journal, and what comes out to be decoded.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::sink::Envelope;
use crate::{Delivery, Event, Verified};

/// A verified delivery on its way into the journal.
///
/// ```
/// use switchboard_core::journal::Intake;
/// use switchboard_core::{Delivery, Verified};
///
/// let intake = Intake {
///     endpoint: "support".into(),
///     adapter: "acme".into(),
///     delivery: Delivery::post("hello").with("x-acme-token", "invented"),
///     verified: Verified::new("token"),
/// };
/// assert!(!format!("{intake:?}").contains("hello"), "a body is in no log");
/// ```
#[derive(Clone, Debug)]
pub struct Intake {
    /// The endpoint it came in by.
    pub endpoint: String,
    /// The adapter that verified it.
    pub adapter: String,
    /// The request.
    pub delivery: Delivery,
    /// The proof.
    pub verified: Verified,
}

/// Proof that a delivery is on stable storage. The host makes no 2xx without one.
///
/// ```
/// use switchboard_core::journal::{LogPosition, Receipt};
///
/// /// The end of an `append` of your own: no receipt before the bytes are on stable storage.
/// fn appended(log: &std::fs::File, position: u64) -> std::io::Result<Receipt> {
///     log.sync_data()?;
///     Ok(Receipt::committed(LogPosition(position)))
/// }
///
/// # let path = std::env::temp_dir().join(format!("receipt-{}", std::process::id()));
/// # let log = std::fs::File::create(&path)?;
/// let receipt = appended(&log, 7)?;
/// assert_eq!(receipt.position(), LogPosition(7));
/// # std::fs::remove_file(path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a receipt is what a success is answered with"]
pub struct Receipt {
    position: LogPosition,
}

impl Receipt {
    /// For a [`Journal`](super::Journal) to call, and only after the commit that holds the delivery
    /// at `position` has succeeded.
    pub fn committed(position: LogPosition) -> Self {
        Self { position }
    }

    /// Where it is.
    pub fn position(&self) -> LogPosition {
        self.position
    }
}

/// A delivery's place in the journal, from 1; later ones are greater.
///
/// ```
/// use switchboard_core::journal::LogPosition;
///
/// assert_eq!(LogPosition::default(), LogPosition(0), "before all deliveries");
/// assert!(LogPosition(8) > LogPosition(7));
/// assert_eq!(LogPosition(7).to_string(), "7");
/// ```
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(transparent)]
pub struct LogPosition(pub u64);

impl fmt::Display for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A delivery as the journal keeps it.
///
/// ```
/// use switchboard_core::journal::{Intake, LogPosition, Stored};
/// use switchboard_core::{Delivery, Timestamp, Verified};
///
/// let mut delivery = Delivery::post("hello");
/// delivery.received_at = "2025-11-24T16:00:00Z".parse::<Timestamp>()?;
/// let (endpoint, adapter) = ("support".into(), "acme".into());
/// let stored = Stored {
///     position: LogPosition(31),
///     intake: Intake { endpoint, adapter, delivery, verified: Verified::new("token") },
/// };
/// assert_eq!(stored.id().to_string(), "6445941624000-1f");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Stored {
    /// Where it is.
    pub position: LogPosition,
    /// What was appended.
    pub intake: Intake,
}

impl Stored {
    /// Its id.
    pub fn id(&self) -> DeliveryId {
        DeliveryId {
            received_micros: self.intake.delivery.received_at.as_micros(),
            position: self.position,
        }
    }
}

/// A delivery's id: when it was received, in microseconds, and its position, both in hex. The time
/// tells apart two journals that began at the same position.
///
/// ```
/// use switchboard_core::journal::{DeliveryId, LogPosition};
///
/// let id: DeliveryId = "6445941624000-1f".parse()?;
/// assert_eq!(id.position(), LogPosition(31));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DeliveryId {
    received_micros: i64,
    position: LogPosition,
}

impl DeliveryId {
    /// Where the delivery is.
    pub fn position(self) -> LogPosition {
        self.position
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}", self.received_micros, self.position.0)
    }
}

impl FromStr for DeliveryId {
    type Err = InvalidDeliveryId;

    fn from_str(text: &str) -> Result<Self, InvalidDeliveryId> {
        let (received, position) = text.split_once('-').ok_or(InvalidDeliveryId)?;
        let micros = i64::from_str_radix(received, 16).map_err(|_| InvalidDeliveryId)?;
        let position = u64::from_str_radix(position, 16).map_err(|_| InvalidDeliveryId)?;
        Ok(Self {
            received_micros: micros,
            position: LogPosition(position),
        })
    }
}

/// A text that is no delivery's id.
///
/// ```
/// use switchboard_core::journal::{DeliveryId, InvalidDeliveryId};
///
/// assert_eq!("31".parse::<DeliveryId>(), Err(InvalidDeliveryId));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a delivery's id")]
pub struct InvalidDeliveryId;

/// What one delivery was decoded to.
///
/// ```
/// use switchboard_core::journal::{Decoded, LogPosition, Undecoded, UndecodedCause};
///
/// let ping = Decoded::new(LogPosition(7), Ok(Vec::new()));
/// let (cause, reason) = (UndecodedCause::Unreadable, "the JSON ends early".to_owned());
/// let odd = Decoded::new(LogPosition(8), Err(Undecoded { cause, reason }));
/// assert!(ping.outcome.is_ok() && odd.outcome.is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The delivery.
    pub position: LogPosition,
    /// Its events, none for a ping; or why there are none yet. Each is sealed: its JSON
    /// is what every store keeps and most sinks send, and is made once.
    pub outcome: Result<Vec<Arc<Envelope>>, Undecoded>,
}

impl Decoded {
    /// The delivery at `position` was decoded to this.
    pub fn new(position: LogPosition, outcome: Result<Vec<Event>, Undecoded>) -> Self {
        let seal = |event| Arc::new(Envelope::sealed(event));
        Self {
            position,
            outcome: outcome.map(|events| events.into_iter().map(seal).collect()),
        }
    }
}

/// Why a genuine delivery has no events yet. It is kept, to be decoded by a better adapter.
///
/// ```
/// use switchboard_core::ParseError;
/// use switchboard_core::journal::{Undecoded, UndecodedCause};
///
/// let error = ParseError::new("the body is not JSON");
/// let undecoded = Undecoded { cause: UndecodedCause::Unreadable, reason: error.to_string() };
/// assert_eq!(undecoded.reason, "the body is not JSON");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Undecoded {
    /// What kind of failure it was.
    pub cause: UndecodedCause,
    /// In words, which quote nothing of the body.
    pub reason: String,
}

/// What kind of failure left a delivery undecoded.
///
/// ```
/// use switchboard_core::journal::UndecodedCause;
///
/// /// Whether an adapter that was mended may read it.
/// fn is_the_adapters(cause: UndecodedCause) -> bool {
///     use UndecodedCause::{Crashed, Hung, Panicked, Unreadable};
///     matches!(cause, Unreadable | Panicked | Hung | Crashed)
/// }
///
/// assert!(is_the_adapters(UndecodedCause::Panicked));
/// assert!(!is_the_adapters(UndecodedCause::Damaged));
/// assert_eq!(serde_json::to_string(&UndecodedCause::Unrouted)?, r#""unrouted""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UndecodedCause {
    /// `parse` could not read it.
    Unreadable,
    /// The adapter panicked.
    Panicked,
    /// Its endpoint, or the adapter of its endpoint, is no longer configured.
    Unrouted,
    /// Its bytes in the journal were altered: they do not match their checksum.
    Damaged,
    /// The adapter gave no answer in time.
    Hung,
    /// The process ended again and again while it was the first to be decoded.
    Crashed,
    /// Its endpoint is paused; it is decoded when that is resumed.
    Paused,
}

/// What recording a batch came to. drafts = events + duplicates.
///
/// ```
/// use switchboard_core::journal::Tally;
///
/// let Tally { events, duplicates, undecoded } = Tally { events: 3, duplicates: 1, undecoded: 0 };
/// assert_eq!(format!("{events} new, {duplicates} known, {undecoded} left"), "3 new, 1 known, 0 left");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// Events that were new.
    pub events: u64,
    /// Events that were there already.
    pub duplicates: u64,
    /// Deliveries left undecoded.
    pub undecoded: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_id_reads_back() {
        // A clock may be finer than an id.
        let mut delivery = Delivery::post("");
        delivery.received_at = "2025-11-24T16:00:00.123456789Z".parse().unwrap();
        let stored = Stored {
            position: LogPosition(42),
            intake: Intake {
                endpoint: String::new(),
                adapter: String::new(),
                delivery,
                verified: Verified::unsigned(),
            },
        };
        let id = stored.id();

        assert_eq!(id.to_string(), "6445941642240-2a");
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "-", "2a", "x-1", "1-", "ffffffffffffffffff-1"] {
            assert_eq!(
                wrong.parse::<DeliveryId>(),
                Err(InvalidDeliveryId),
                "{wrong}"
            );
        }
    }
}
