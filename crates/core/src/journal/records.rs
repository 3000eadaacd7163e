//! What a journal holds, for people to look at.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Attempt, Cause, EventPosition, JournalError, LogPosition, Stored, Undecoded};
use crate::histogram::Distribution;
use crate::sink::Envelope;
use crate::{Glob, Timestamp};

/// Looks into a journal: lists and counts, for operators. Never on a delivery's way, and never by
/// reading through all there is.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use std::error::Error;
///
/// use switchboard_core::Timestamp;
/// use switchboard_core::journal::{
///     DeadFilter, Decoded, EventFilter, Intake, Journal, MemoryJournal, Records, UndecodedFilter,
/// };
/// # use switchboard_core::{Delivery, Verified};
///
/// /// A page for an operator.
/// async fn page(records: &dyn Records) -> Result<Vec<String>, Box<dyn Error>> {
///     let counters = records.counters().await?;
///     let mut lines = vec![format!("{} stored, {} waiting", counters.stored, counters.waiting())];
///     for sink in counters.sinks {
///         lines.push(format!("{}: {} pending, {} dead", sink.name, sink.pending, sink.dead));
///     }
///     for found in records.events(&EventFilter::last(10)).await? {
///         let id = found.envelope.id();
///         let same_id = records.event(id).await?.len();
///         let from = records.stored(found.delivery).await?.is_some();
///         lines.push(format!("{id}: {same_id} of this id; its delivery is kept: {from}"));
///     }
///     for letter in records.dead_letters(&DeadFilter::last(10)).await? {
///         lines.push(format!("{} is dead at {}", letter.event, letter.sink));
///     }
///     for left in records.undecoded_deliveries(&UndecodedFilter::last(10)).await? {
///         lines.push(format!("{}: {}", left.position, left.undecoded.reason));
///     }
///     Ok(lines)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let journal = MemoryJournal::new();
/// # let (endpoint, adapter) = ("support".into(), "acme".into());
/// # let (delivery, verified) = (Delivery::post("hello"), Verified::new("token"));
/// # let intake = Intake { endpoint, adapter, delivery, verified };
/// # journal.subscribe("crm").await?;
/// # let position = journal.append(&intake).await?.position();
/// # journal.record(&[Decoded::new(position, Ok(vec![message("m-1")]))]).await?;
/// assert_eq!(
///     page(&journal).await?,
///     [
///         "1 stored, 0 waiting",
///         "crm: 1 pending, 0 dead",
///         "message.created:m-1: 1 of this id; its delivery is kept: true",
///     ],
/// );
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait Records: Debug + Send + Sync + 'static {
    /// What came in, and what became of it.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    async fn counters(&self) -> Result<Counters, JournalError>;

    /// The events that match, in the order they were recorded. One that cannot be read back is left
    /// out.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    async fn events(&self, filter: &EventFilter) -> Result<Vec<EventRecord>, JournalError>;

    /// The events of this id: one, unless two sources gave the same.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    async fn event(&self, id: &str) -> Result<Vec<EventRecord>, JournalError>;

    /// The dead letters that match, in the order of their events.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    async fn dead_letters(&self, filter: &DeadFilter) -> Result<Vec<DeadLetter>, JournalError>;

    /// The undecoded deliveries that match, in order.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    async fn undecoded_deliveries(
        &self,
        filter: &UndecodedFilter,
    ) -> Result<Vec<UndecodedRecord>, JournalError>;

    /// The delivery at `position`, if it is still kept.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    async fn stored(&self, position: LogPosition) -> Result<Option<Stored>, JournalError>;
}

/// What came in, and what became of it. They balance: `stored` = `decoded` + `undecoded` +
/// `expired_undecoded` + waiting, and drafts + `replayed` = `events` + `duplicates`. What is kept of
/// it is `stored` - `expired_deliveries`, and `events` - `expired_events`.
///
/// ```
/// use switchboard_core::journal::Counters;
///
/// let mut counters = Counters::default();
/// (counters.stored, counters.decoded, counters.undecoded) = (10, 6, 1);
/// assert_eq!(counters.waiting(), 3);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Counters {
    /// Deliveries that were stored.
    pub stored: u64,
    /// Deliveries that were decoded.
    pub decoded: u64,
    /// Deliveries that are undecoded.
    pub undecoded: u64,
    /// Deliveries that were given up undecoded, by age.
    pub expired_undecoded: u64,
    /// Of those that were stored, the ones whose bytes are no longer kept.
    pub expired_deliveries: u64,
    /// Events, replayed ones too.
    pub events: u64,
    /// Of those, the ones that are no longer kept.
    pub expired_events: u64,
    /// Drafts whose event was there already.
    pub duplicates: u64,
    /// Events that were recorded again by a replay.
    pub replayed: u64,
    /// Every sink that was ever subscribed, by name.
    pub sinks: Vec<SinkCounters>,
    /// The commits of deliveries since the start, where the journal counts them.
    pub commits: Option<Commits>,
}

/// How deliveries were committed since the start.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::histogram::Histogram;
/// use switchboard_core::journal::Commits;
///
/// let (took, deliveries) = (Histogram::times(), Histogram::sizes());
/// took.took(Duration::from_millis(2));
/// deliveries.count(12);
///
/// let commits = Commits::new(took.distribution(), deliveries.distribution());
/// assert_eq!((commits.took.sum, commits.deliveries.sum), (2_000, 12));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Commits {
    /// How long commits took, in microseconds.
    pub took: Distribution,
    /// How many deliveries each committed.
    pub deliveries: Distribution,
}

impl Commits {
    /// Commits that `took` so long, of so many `deliveries` each.
    pub fn new(took: Distribution, deliveries: Distribution) -> Self {
        Self { took, deliveries }
    }
}

impl Counters {
    /// Deliveries that wait to be decoded.
    pub fn waiting(&self) -> u64 {
        let looked_at = self.decoded + self.undecoded + self.expired_undecoded;
        self.stored.saturating_sub(looked_at)
    }
}

/// What became of the events since one sink was subscribed. They balance: those are `delivered` +
/// `unmatched` + `pending` + `dead` + `expired`.
///
/// ```
/// use switchboard_core::journal::SinkCounters;
///
/// let mut crm = SinkCounters::default();
/// (crm.delivered, crm.unmatched, crm.pending, crm.dead) = (90, 5, 4, 1);
/// let events = crm.delivered + crm.unmatched + crm.pending + crm.dead + crm.expired;
/// assert_eq!(events, 100, "every event since it was subscribed");
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct SinkCounters {
    /// Its name.
    pub name: String,
    /// The last event that was recorded before it was subscribed.
    pub from: EventPosition,
    /// Events that it has.
    pub delivered: u64,
    /// Events that it did not want.
    pub unmatched: u64,
    /// Events that are still to be given to it, or not looked at yet.
    pub pending: u64,
    /// Of those, the ones that wait for another attempt, or for one before them in their lane.
    pub retrying: u64,
    /// Dead letters.
    pub dead: u64,
    /// Dead letters that were discarded, by an operator or by age.
    pub expired: u64,
    /// When the delivery of the oldest pending event was received.
    pub oldest: Option<Timestamp>,
}

/// Which events to list.
///
/// ```
/// use switchboard_core::journal::{EventFilter, EventPosition};
///
/// let mut latest = EventFilter::last(20);
/// latest.kind = Some("message.*".parse()?);
/// latest.since = Some("2025-11-24T00:00:00Z".parse()?);
///
/// // Page by page, from the first on.
/// let page = EventFilter::after(EventPosition(0), 100);
/// assert_eq!((page.after, page.limit), (Some(EventPosition(0)), 100));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct EventFilter {
    /// At most so many: the first of them when `after` is set, otherwise the last.
    pub limit: usize,
    /// After this position.
    pub after: Option<EventPosition>,
    /// Before this position.
    pub before: Option<EventPosition>,
    /// Of a kind that matches this glob, for example `message.*`.
    pub kind: Option<Glob>,
    /// That came in by this endpoint.
    pub endpoint: Option<String>,
    /// Whose delivery was received at this moment or later.
    pub since: Option<Timestamp>,
    /// Whose delivery was received before this moment.
    pub until: Option<Timestamp>,
}

impl EventFilter {
    /// The last `limit` events.
    pub fn last(limit: usize) -> Self {
        Self {
            limit,
            after: None,
            before: None,
            kind: None,
            endpoint: None,
            since: None,
            until: None,
        }
    }

    /// The first `limit` events after `position`.
    pub fn after(position: EventPosition, limit: usize) -> Self {
        Self {
            after: Some(position),
            ..Self::last(limit)
        }
    }
}

/// An event that was found.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use std::sync::Arc;
///
/// use switchboard_core::journal::{EventPosition, EventRecord, LogPosition};
/// use switchboard_core::sink::Envelope;
///
/// let envelope = Arc::new(Envelope::new(message("m-1")));
/// let mut record = EventRecord::new(EventPosition(7), LogPosition(3), envelope);
/// // Delivery 5 told of the same message once more.
/// record.duplicates = 1;
/// record.repeated_by = vec![LogPosition(5)];
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EventRecord {
    /// Its position.
    pub position: EventPosition,
    /// The delivery it was decoded from.
    pub delivery: LogPosition,
    /// The event.
    pub envelope: Arc<Envelope>,
    /// How many more deliveries told of it.
    pub duplicates: u64,
    /// The first few of those.
    pub repeated_by: Vec<LogPosition>,
}

impl EventRecord {
    /// An event that one delivery told of.
    pub fn new(position: EventPosition, delivery: LogPosition, envelope: Arc<Envelope>) -> Self {
        Self {
            position,
            delivery,
            envelope,
            duplicates: 0,
            repeated_by: Vec::new(),
        }
    }
}

/// Which dead letters to list.
///
/// ```
/// use switchboard_core::journal::{Cause, DeadFilter};
///
/// let mut refused = DeadFilter::last(20);
/// refused.sink = Some("crm".into());
/// refused.cause = Some(Cause::SinkRejected);
/// assert_eq!(refused.limit, 20);
/// ```
#[derive(Clone, Debug)]
pub struct DeadFilter {
    /// At most so many: the first of them when `after` is set, otherwise the last.
    pub limit: usize,
    /// Of events after this position.
    pub after: Option<EventPosition>,
    /// Of this sink.
    pub sink: Option<String>,
    /// Of this cause.
    pub cause: Option<Cause>,
}

impl DeadFilter {
    /// The last `limit` dead letters of all sinks.
    pub fn last(limit: usize) -> Self {
        Self {
            limit,
            after: None,
            sink: None,
            cause: None,
        }
    }
}

/// An event that a sink could not take within its budget.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::Timestamp;
/// use switchboard_core::journal::{Attempt, Cause, DeadLetter, EventPosition};
///
/// let now = Timestamp::UNIX_EPOCH;
/// let mut letter = DeadLetter::new("crm", EventPosition(7), Cause::SinkRejected, now);
/// letter.attempts.push(Attempt::failed(now, Duration::from_millis(30), "status 422"));
///
/// let last = letter.attempts.last().and_then(|attempt| attempt.failure.as_deref());
/// assert_eq!(last, Some("status 422"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The sink.
    pub sink: String,
    /// The event.
    pub event: EventPosition,
    /// Why it was given up.
    pub cause: Cause,
    /// Since when it is a dead letter.
    pub at: Timestamp,
    /// Every attempt that failed, in order.
    pub attempts: Vec<Attempt>,
    /// The event itself, unless it cannot be read back.
    pub envelope: Option<Arc<Envelope>>,
}

impl DeadLetter {
    /// A dead letter that was given up without an attempt.
    pub fn new(sink: impl Into<String>, event: EventPosition, cause: Cause, at: Timestamp) -> Self {
        Self {
            sink: sink.into(),
            event,
            cause,
            at,
            attempts: Vec::new(),
            envelope: None,
        }
    }
}

/// Which undecoded deliveries to list.
///
/// ```
/// use switchboard_core::journal::{LogPosition, UndecodedFilter};
///
/// let next_page = UndecodedFilter { after: Some(LogPosition(7)), ..UndecodedFilter::last(20) };
/// assert_eq!(next_page.limit, 20);
/// ```
#[derive(Clone, Debug)]
pub struct UndecodedFilter {
    /// At most so many: the first of them when `after` is set, otherwise the last.
    pub limit: usize,
    /// After this position.
    pub after: Option<LogPosition>,
}

impl UndecodedFilter {
    /// The last `limit` undecoded deliveries.
    pub fn last(limit: usize) -> Self {
        Self { limit, after: None }
    }
}

/// A delivery that is kept and has no events yet.
///
/// ```
/// use switchboard_core::journal::{LogPosition, Undecoded, UndecodedCause, UndecodedRecord};
///
/// let (cause, reason) = (UndecodedCause::Unreadable, "the body is not JSON".to_owned());
/// let record = UndecodedRecord::new(LogPosition(7), Undecoded { cause, reason });
/// assert_eq!(record.undecoded.cause, UndecodedCause::Unreadable);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UndecodedRecord {
    /// The delivery.
    pub position: LogPosition,
    /// Why.
    pub undecoded: Undecoded,
}

impl UndecodedRecord {
    /// The delivery at `position` has no events because of `undecoded`.
    pub fn new(position: LogPosition, undecoded: Undecoded) -> Self {
        Self {
            position,
            undecoded,
        }
    }
}
