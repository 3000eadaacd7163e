//! The durable store: the only thing between the host and the pipeline.
//!
//! The host appends deliveries. The pipeline takes them in order, records what they were decoded
//! to, and settles each event for each sink. A [`Journal`] keeps all of it through a crash, a kill
//! and a power loss; what it has not committed, nobody was told of.

mod claim;
mod error;
mod intake;
mod memory;
mod pause;
mod records;
mod replay;
mod turns;

use std::collections::BTreeMap;
use std::fmt::Debug;

use async_trait::async_trait;

pub use claim::{
    Attempt, Cause, Claim, ClaimRequest, Claims, EventPosition, LONGEST_PAUSE, MAX_ANSWER_BYTES,
    MAX_CLAIM_BYTES, MAX_UNSETTLED, Order, Settlement, Verdict,
};
pub use error::{AppendError, Fault, JournalError};
pub use intake::{
    Decoded, DeliveryId, Intake, InvalidDeliveryId, LogPosition, Receipt, Stored, Tally, Undecoded,
    UndecodedCause,
};
pub use memory::MemoryJournal;
pub use pause::{Line, Pause, PausedBy};
pub use records::{
    Commits, Counters, DeadFilter, DeadLetter, EventFilter, EventRecord, Records, SinkCounters,
    UndecodedFilter, UndecodedRecord,
};
pub use replay::Replay;
pub use turns::Turns;

/// Keeps deliveries, their events, and how far each sink has come.
///
/// # Contract
///
/// - [`append`](Self::append) answers only once the bytes are on stable storage.
/// - Deliveries are handed out by [`next`](Self::next) in the order they were committed, again and
///   again until they are [`record`](Self::record)ed.
/// - [`record`](Self::record) is one transaction: events, deduplication, counts and the position.
/// - An event stays claimable by every subscribed sink until that sink settles it. A claim is a
///   lease: it ends when it is settled, when it expires, or when the journal is reopened.
/// - At most [`MAX_UNSETTLED`] events of a sink are claimed that were never settled, so that a crash
///   repeats no more than those. One that was settled with a retry is not among them.
/// - With [`Order::Lanes`] an event is claimed only when every earlier one of its `partitionkey`
///   that the sink wants is delivered or dead; also after a crash, a retry, and a change of the
///   order. However many wait behind one, events of other lanes are claimed.
/// - What may have been in flight at a crash is a suspect, once: how often a sink is about to be given
///   it again can be noted, so that an event which ends the process can be told from the others.
/// - An event that cannot be read back stops nobody: each sink has it as a dead letter, of
///   [`Cause::Unreadable`], and is given those behind it.
/// - After a failed write that is not a full disk, nothing is acknowledged any more, every call
///   fails with `Stopped`, and [`stopped`](Self::stopped) says why.
///
/// Several processes may share one journal where the store allows it; claims carry their owner for
/// that. A dropped call may or may not have taken effect; it never takes effect by half.
#[async_trait]
pub trait Journal: Debug + Send + Sync + 'static {
    /// Puts one verified delivery on stable storage.
    ///
    /// A dropped call may leave the delivery stored: legal, as nobody was told.
    ///
    /// # Errors
    ///
    /// Nothing was promised then: the caller must answer that it could not be stored.
    async fn append(&self, intake: &Intake) -> Result<Receipt, AppendError>;

    /// Whether an append would be taken now, as far as that can be told without one. Waits for
    /// nothing and writes nothing, so that it can be asked as often as anybody likes.
    ///
    /// After an append that failed this fails in the same way, until one has succeeded or what was in
    /// its way is gone; when there is no other way to tell, until a few seconds have passed.
    ///
    /// # Errors
    ///
    /// What an append would be answered.
    fn ready(&self) -> Result<(), AppendError>;

    /// The oldest deliveries that are not recorded, in order: at most `limit`, at least one, and
    /// fewer than there are only where they are large. Waits for one.
    ///
    /// Remembers nothing: until those are recorded, the same come again. One that does not match its
    /// checksum is noted as undecoded, and passed by.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read; on a transient error the caller
    /// tries again.
    async fn next(&self, limit: usize) -> Result<Vec<Stored>, JournalError>;

    /// Records what deliveries were decoded to, in the order [`next`](Self::next) handed them out.
    /// An event whose (`source`, `id`) is there already is a duplicate: counted, not kept.
    ///
    /// A delivery that was recorded before is recorded anew. Where the batch leaves one out that was
    /// not, what is behind it is passed over: `next` hands out all of that again.
    ///
    /// # Errors
    ///
    /// Nothing of the batch was recorded then; on a transient error the caller tries again.
    async fn record(&self, batch: &[Decoded]) -> Result<Tally, JournalError>;

    /// Makes `sink` known. One that was not known before gets the events recorded from now on.
    ///
    /// Writes nothing for one that is known: a full disk is no reason not to deliver.
    ///
    /// # Errors
    ///
    /// When it cannot be committed.
    async fn subscribe(&self, sink: &str) -> Result<(), JournalError>;

    /// Claims events for a sink: some that are due for another attempt, and some fresh ones in the
    /// order they were recorded. They have their [`Turns`], so that neither keeps the other waiting.
    /// What the filter does not let through is passed over, and counted as unmatched.
    /// No more are added to [`MAX_CLAIM_BYTES`]. Never waits; answers an empty list when there is
    /// nothing.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    async fn claim(&self, request: &ClaimRequest<'_>) -> Result<Claims, JournalError>;

    /// Settles claims of `owner`, in one transaction. A claim that is no longer the owner's is
    /// passed over.
    ///
    /// # Errors
    ///
    /// Nothing of the batch was settled then; on a transient error the caller tries again.
    async fn settle(
        &self,
        sink: &str,
        owner: &str,
        settlements: &[Settlement],
    ) -> Result<(), JournalError>;

    /// Notes, on stable storage, that `sink` is about to be given a suspect event. Answers how often
    /// that was noted since it was last settled, this time too.
    ///
    /// # Errors
    ///
    /// Nothing was noted then; on a transient error the caller tries again.
    async fn begin(&self, sink: &str, event: EventPosition) -> Result<u32, JournalError>;

    /// How often in a row the journal was opened after a crash with deliveries to decode, and none
    /// recorded in between: what is first in line may be what ends the process.
    fn stalls(&self) -> u32;

    /// Makes dead letters of `sink` claimable again, each with a budget as if it had never been
    /// tried. Answers how many: what is no dead letter is passed over.
    ///
    /// # Errors
    ///
    /// None of them is then; on a transient error the caller tries again.
    async fn revive(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError>;

    /// Gives up dead letters of `sink` for good, and counts them as expired. Answers how many.
    ///
    /// # Errors
    ///
    /// None of them is then; on a transient error the caller tries again.
    async fn discard(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError>;

    /// Records events again, as events of their own behind all others. One whose id is taken, or
    /// that has no such sink to go to, is passed over. Answers how many were recorded.
    ///
    /// # Errors
    ///
    /// None of them was then; on a transient error the caller tries again.
    async fn replay(&self, replays: &[Replay]) -> Result<u64, JournalError>;

    /// Notes that a line is paused, or that it goes on. Survives a restart.
    ///
    /// # Errors
    ///
    /// Nothing changed then; on a transient error the caller tries again.
    async fn pause(&self, line: &Line, pause: Option<Pause>) -> Result<(), JournalError>;

    /// Every line that is paused.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    async fn pauses(&self) -> Result<BTreeMap<Line, Pause>, JournalError>;

    /// Undecoded deliveries after `after`, in order, at most `limit`, to be decoded and
    /// [`record`](Self::record)ed anew. What is damaged is not among them.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    async fn undecoded(
        &self,
        after: LogPosition,
        limit: usize,
    ) -> Result<Vec<(Stored, Undecoded)>, JournalError>;

    /// Waits until an event after `position` has been recorded.
    async fn recorded_after(&self, position: EventPosition) -> Result<(), JournalError>;

    /// The delivery at `position`, if it is still kept.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    async fn delivery(&self, position: LogPosition) -> Result<Option<Stored>, JournalError>;

    /// Waits until the journal has failed for good, and says why. The process must end then.
    async fn stopped(&self) -> Fault;

    /// Commits what is queued and closes; later calls fail with `Stopped`.
    ///
    /// # Errors
    ///
    /// When the last commit failed.
    async fn close(&self) -> Result<(), JournalError>;
}
