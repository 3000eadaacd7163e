//! Events on their way to a sink.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::sink::Envelope;
use crate::{Filter, Timestamp};

/// The most events of one sink that are claimed and were never settled.
pub const MAX_UNSETTLED: usize = 256;

/// So many bytes of JSON are claimed at once: an event that comes to it is the last of its claim.
pub const MAX_CLAIM_BYTES: usize = 8 << 20;

/// The longest that an event waits for another attempt, whatever moment it was given: that moment
/// can lie years ahead of a clock that was set back.
pub const LONGEST_PAUSE: Duration = Duration::from_hours(12);

/// An event's place in the journal, from 1; later ones are greater.
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
pub const MAX_ANSWER_BYTES: usize = 4096;

/// In which order a sink is given its events.
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
