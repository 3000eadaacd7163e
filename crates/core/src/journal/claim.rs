//! Events on their way to a sink.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::sink::Envelope;
use crate::{Filter, Timestamp};

/// The most events of one sink that are claimed and were never settled.
///
/// ```
/// use switchboard_core::journal::MAX_UNSETTLED;
///
/// // What one crash can repeat at most.
/// let sinks = 3;
/// assert_eq!(sinks * MAX_UNSETTLED, 768);
/// ```
pub const MAX_UNSETTLED: usize = 256;

/// So many bytes of JSON, 8 MiB, are claimed at once: an event that comes to it is the last of its
/// claim.
///
/// ```
/// use switchboard_core::journal::MAX_CLAIM_BYTES;
///
/// /// How many of `events`, by their sizes in bytes, a store of your own claims at once.
/// fn claimed(events: &[usize]) -> usize {
///     let mut bytes = 0;
///     let comes_to_it = |size: &usize| {
///         bytes += size;
///         bytes >= MAX_CLAIM_BYTES
///     };
///     events.iter().position(comes_to_it).map_or(events.len(), |last| last + 1)
/// }
///
/// assert_eq!(claimed(&[1_000, 2_000]), 2);
/// assert_eq!(claimed(&[1_000, MAX_CLAIM_BYTES, 1_000]), 2);
/// ```
pub const MAX_CLAIM_BYTES: usize = 8 << 20;

/// The longest that an event waits for another attempt, whatever moment it was given: that moment
/// can lie years ahead of a clock that was set back. In an order it is told when the event has its turn.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::Timestamp;
/// use switchboard_core::journal::LONGEST_PAUSE;
///
/// /// When an event is due that was to wait until `asked`, as a store of your own tells it at `now`.
/// fn due(asked: Timestamp, now: Timestamp) -> Timestamp {
///     asked.min(now.plus(LONGEST_PAUSE))
/// }
///
/// let now = Timestamp::UNIX_EPOCH;
/// let years_ahead = now.plus(Duration::from_secs(100_000_000));
/// assert_eq!(due(years_ahead, now), now.plus(Duration::from_secs(12 * 60 * 60)));
/// ```
pub const LONGEST_PAUSE: Duration = Duration::from_hours(12);

/// An event's place in the journal, from 1; later ones are greater.
///
/// ```
/// use switchboard_core::journal::EventPosition;
///
/// let seen: EventPosition = serde_json::from_str("41")?;
/// assert!(EventPosition(42) > seen);
/// assert_eq!(EventPosition(42).to_string(), "42");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(transparent)]
pub struct EventPosition(pub u64);

impl fmt::Display for EventPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// So many bytes of a sink's answer are kept with an attempt that failed.
///
/// ```
/// use switchboard_core::journal::MAX_ANSWER_BYTES;
///
/// let answer = "x".repeat(10_000);
/// let kept = &answer[..answer.len().min(MAX_ANSWER_BYTES)];
/// assert_eq!(kept.len(), 4_096);
/// ```
pub const MAX_ANSWER_BYTES: usize = 4096;

/// In which order a sink is given its events.
///
/// ```
/// use switchboard_core::journal::Order;
///
/// // A bot that answers must not be given the second message of a conversation before the first.
/// let in_order = Order::Lanes { wait_for_dead: false };
/// // A ledger would rather stand still than miss an entry.
/// let without_gaps = Order::Lanes { wait_for_dead: true };
/// assert_eq!(Order::default(), Order::None);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Order {
    /// In any: each as soon as it can be.
    #[default]
    None,
    /// Events of one `partitionkey` are a lane. They are given one at a time in the order they were
    /// recorded, each once the one before it is delivered or dead. Lanes do not wait for each other.
    Lanes {
        /// Whether a lane waits for its dead letter too, until that is delivered or discarded.
        wait_for_dead: bool,
    },
}

/// Which events to claim.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use switchboard_core::journal::{ClaimRequest, Order};
/// use switchboard_core::{Filter, Timestamp};
///
/// let mut filter = Filter::default();
/// filter.kinds = Some(vec!["message.*".parse()?]);
/// let request = ClaimRequest {
///     sink: "crm",
///     filter: &Arc::new(filter),
///     order: Order::Lanes { wait_for_dead: false },
///     owner: "host-7:4711",
///     now: Timestamp::UNIX_EPOCH,
///     // Longer than a call of the sink may take, or others would claim what is under way.
///     lease: Duration::from_secs(60),
///     limit: 8,
/// };
/// assert_eq!(request.sink, "crm");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ClaimRequest<'a> {
    /// For this sink, which must be subscribed.
    pub sink: &'a str,
    /// Those that match. An event is judged when it is first looked at for the sink; what did not
    /// match then is done with, and counted.
    pub filter: &'a Arc<Filter>,
    /// In this order.
    pub order: Order,
    /// By this process.
    pub owner: &'a str,
    /// At this moment: what is due now may be claimed.
    pub now: Timestamp,
    /// For so long.
    pub lease: Duration,
    /// At most so many.
    pub limit: usize,
}

/// What was claimed.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::Timestamp;
/// use switchboard_core::journal::{Claims, EventPosition};
///
/// /// What a sink waits for that has nothing to do: so long, or for an event after this one.
/// fn rest(claims: &Claims, now: Timestamp) -> (Option<Duration>, EventPosition) {
///     (claims.next_due.map(|due| due.since(now)), claims.head)
/// }
///
/// assert_eq!(rest(&Claims::default(), Timestamp::UNIX_EPOCH), (None, EventPosition(0)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// The events, those due for another attempt first.
    pub claims: Vec<Claim>,
    /// When the next event that waits for another attempt is due, at most [`LONGEST_PAUSE`] ahead;
    /// `None` when none waits.
    pub next_due: Option<Timestamp>,
    /// The last event that has been recorded: wait for one after it when nothing was claimed.
    pub head: EventPosition,
}

/// One event that this process alone may try to give to one sink, for now.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use std::sync::Arc;
///
/// use switchboard_core::journal::{Claim, EventPosition};
/// use switchboard_core::sink::Envelope;
///
/// let claim = Claim {
///     position: EventPosition(7),
///     envelope: Arc::new(Envelope::new(message("m-1"))),
///     attempts: 0,
///     first_attempt: None,
///     is_suspect: false,
/// };
/// assert_eq!(claim.envelope.id(), "message.created:m-1");
/// assert!(claim.attempts == 0 && !claim.is_suspect, "nobody has tried it");
/// ```
#[derive(Clone, Debug)]
pub struct Claim {
    /// The event.
    pub position: EventPosition,
    /// Its envelope.
    pub envelope: Arc<Envelope>,
    /// How many attempts were made before.
    pub attempts: u32,
    /// When the first attempt was made, if one was.
    pub first_attempt: Option<Timestamp>,
    /// Whether the sink may have been given it when the process ended without closing the journal.
    pub is_suspect: bool,
}

/// What became of a claim.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::Timestamp;
/// use switchboard_core::journal::{Attempt, EventPosition, Settlement, Verdict};
///
/// let (at, took) = (Timestamp::UNIX_EPOCH, Duration::from_millis(240));
/// let refused = Settlement {
///     position: EventPosition(7),
///     verdict: Verdict::Retry(at.plus(Duration::from_secs(5))),
///     attempt: Some(Attempt::failed(at, took, "status 500")),
/// };
/// // Not even tried: the process ends, and the event is claimable again at once.
/// let put_back = Settlement {
///     position: EventPosition(8),
///     verdict: Verdict::Retry(at),
///     attempt: None,
/// };
/// ```
#[derive(Clone, Debug)]
pub struct Settlement {
    /// The event.
    pub position: EventPosition,
    /// What became of it.
    pub verdict: Verdict,
    /// The attempt that led to it, unless none was made.
    pub attempt: Option<Attempt>,
}

/// What becomes of an event at a sink.
///
/// ```
/// use switchboard_core::journal::{Cause, Verdict};
///
/// fn is_final(verdict: &Verdict) -> bool {
///     matches!(verdict, Verdict::Delivered | Verdict::Dead(_))
/// }
///
/// assert!(is_final(&Verdict::Dead(Cause::Exhausted)));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// The sink has it.
    Delivered,
    /// To be tried again, not before this moment; or [`LONGEST_PAUSE`] from now, if that is earlier.
    Retry(Timestamp),
    /// Not to be tried again by itself: a dead letter.
    Dead(Cause),
}

/// Why an event became a dead letter.
///
/// ```
/// use switchboard_core::journal::Cause;
///
/// assert_eq!(serde_json::to_string(&Cause::SinkRejected)?, r#""sink_rejected""#);
/// assert_eq!(serde_json::from_str::<Cause>(r#""crashed""#)?, Cause::Crashed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cause {
    /// Attempts and age were both spent, and the sink answered the last one with a refusal.
    SinkRejected,
    /// Attempts and age were both spent, and the last one got no answer.
    Exhausted,
    /// Attempts and age were both spent, and the handler panicked at the last one.
    Panicked,
    /// The journal cannot read it back; the sink was never given it.
    Unreadable,
    /// The process ended, three times over, while the sink was being given it.
    Crashed,
}

/// One try to give one event to one sink.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::Timestamp;
/// use switchboard_core::journal::Attempt;
///
/// let (at, took) = (Timestamp::UNIX_EPOCH, Duration::from_millis(240));
/// let taken = Attempt::made(at, took);
/// assert_eq!(taken.failure, None);
///
/// let mut refused = Attempt::failed(at, took, "status 422");
/// refused.status = Some(422);
/// refused.answer = "unknown contact +15550100".into();
/// assert!(!format!("{refused:?}").contains("15550100"), "an answer is in no log");
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// How it failed, in words that quote nothing of the event; `None` when it did not.
    pub failure: Option<String>,
    /// The status that the sink answered with, where it has such.
    pub status: Option<u16>,
    /// What the sink answered, the first [`MAX_ANSWER_BYTES`] of it.
    pub answer: Bytes,
}

impl Attempt {
    /// An attempt that did what it was to do.
    pub fn made(at: Timestamp, took: Duration) -> Self {
        Self {
            at,
            took,
            failure: None,
            status: None,
            answer: Bytes::new(),
        }
    }

    /// An attempt that failed, as `failure` says.
    pub fn failed(at: Timestamp, took: Duration, failure: impl Into<String>) -> Self {
        Self {
            failure: Some(failure.into()),
            ..Self::made(at, took)
        }
    }
}

/// Without what the sink answered, which may quote the event.
impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("at", &self.at)
            .field("took", &self.took)
            .field("failure", &self.failure)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
