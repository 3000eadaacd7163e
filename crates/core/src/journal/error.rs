//! What can go wrong with a journal, by what the caller must do about it.

use std::sync::Arc;

/// Why a delivery was not stored. The provider is told to come again.
///
/// ```
/// use switchboard_core::journal::{AppendError, Intake, Journal, MemoryJournal};
/// use switchboard_core::{Delivery, Verified};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let journal = MemoryJournal::new();
/// journal.fail_appends(Some(AppendError::Full));
///
/// let intake = Intake {
///     endpoint: "support".into(),
///     adapter: "acme".into(),
///     delivery: Delivery::post("hello"),
///     verified: Verified::new("token"),
/// };
/// match journal.append(&intake).await {
///     Ok(_receipt) => unreachable!("nothing is acknowledged that is not stored"),
///     Err(AppendError::Stopped) => unreachable!("for good: an operator must act"),
///     Err(later) => assert_eq!(later.to_string(), "the disk is full"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// More is waiting for its commit than the bound allows, or another program holds the store.
    #[error("too many deliveries wait for their commit")]
    Overloaded,
    /// There is no space left. Appends work again when there is.
    #[error("the disk is full")]
    Full,
    /// The journal has stopped, for good.
    #[error("the journal has stopped")]
    Stopped,
}

/// Why the journal could not do its work.
///
/// ```
/// use switchboard_core::journal::{JournalError, LogPosition};
///
/// assert!(JournalError::Busy.is_transient() && JournalError::Full.is_transient());
/// assert!(!JournalError::Stopped.is_transient());
///
/// let damaged = JournalError::Damaged(LogPosition(7));
/// assert_eq!(damaged.to_string(), "delivery 7 does not match its checksum");
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The store has too much to do, or another program holds it. The same call works again when
    /// that is over.
    #[error("the journal is busy")]
    Busy,
    /// There is no space left. The same call works again when there is.
    #[error("the disk is full")]
    Full,
    /// One record does not match its checksum. Others may be sound.
    #[error("delivery {0} does not match its checksum")]
    Damaged(super::LogPosition),
    /// The journal has stopped, for good.
    #[error("the journal has stopped")]
    Stopped,
}

impl JournalError {
    /// Whether the same call can succeed later, without anybody doing anything to the process.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Full)
    }
}

/// Why a journal stopped for good.
///
/// ```
/// use std::error::Error as _;
/// use std::io;
/// use std::sync::Arc;
///
/// use switchboard_core::journal::Fault;
///
/// let gone = io::Error::other("the device is gone");
/// let fault = Fault::Io(Arc::new(gone));
/// assert_eq!(fault.to_string(), "the journal cannot be read or written");
/// assert!(fault.source().is_some(), "the reporter prints the chain");
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Reading or writing failed. What was written since the last commit is in doubt, so the
    /// process must end; the next start recovers.
    #[error("the journal cannot be read or written")]
    Io(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// What it holds contradicts itself.
    #[error("the journal is corrupt")]
    Corrupt(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// It was closed in order.
    #[error("the journal was closed")]
    Closed,
}
