//! Deliveries that failed verification: kept within bounds, never delivered, and verified again once
//! a secret is corrected or a key can be had.
//!
//! A quarantine promises less than a [`journal`](crate::journal): nobody was told that what it holds
//! is safe. So it may drop, and nothing ever waits for it or fails because of it.

mod memory;
mod suspect;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

pub use memory::MemoryQuarantine;
pub use suspect::{Held, Ring, Suspect, SuspectCause, SuspectId};

/// Keeps deliveries that failed verification.
///
/// # Contract
///
/// - The host calls [`keep`](Self::keep) after the outcome is decided. It neither waits nor fails:
///   what finds no room is counted as dropped.
/// - There are two [`Ring`]s, and each holds to the [`Bounds`] by itself: beyond them the oldest are
///   pushed out. So a flood of forgeries pushes out nothing that may be genuine.
/// - An id is never used again.
/// - Of every endpoint, what was handed over = kept + pushed out + dropped + reverified.
/// - What was handed over before a call is seen by that call.
/// - Neither `Debug` nor an error shows a body or a header's value.
#[async_trait]
pub trait Quarantine: Debug + Send + Sync + 'static {
    /// Takes one more, or counts it as dropped. Larger than a whole ring, it is dropped.
    fn keep(&self, suspect: Suspect);

    /// What is held, the oldest first.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    async fn list(&self, listing: &Listing) -> Result<Vec<Held>, QuarantineError>;

    /// The one of this id, whole, if it is still held.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or was altered.
    async fn get(&self, id: SuspectId) -> Result<Option<Suspect>, QuarantineError>;

    /// Notes what verifying it again came to. It moves to the ring of its new cause; one that is no
    /// longer held is passed over.
    ///
    /// A dropped call may have taken effect, whole.
    ///
    /// # Errors
    ///
    /// Nothing was changed then.
    async fn judge(
        &self,
        id: SuspectId,
        cause: SuspectCause,
        diagnosis: &str,
    ) -> Result<(), QuarantineError>;

    /// Lets go of those that are in the journal now, and counts them as reverified. Those that are
    /// no longer held are passed over.
    ///
    /// A dropped call may have taken effect, whole.
    ///
    /// # Errors
    ///
    /// Nothing was removed then: they come to the journal once more, and deduplication finds them.
    async fn remove(&self, ids: &[SuspectId]) -> Result<(), QuarantineError>;

    /// What became of everything that was handed over, by endpoint.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    async fn counts(&self) -> Result<BTreeMap<String, SuspectCounts>, QuarantineError>;

    /// Writes what was handed over and closes. Later calls fail with `Closed`, and what is handed
    /// over later is dropped.
    async fn close(&self);
}

/// How much one ring holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bounds {
    /// At most so many deliveries.
    pub deliveries: u64,
    /// At most so many bytes, as [`Suspect::bytes`] counts them.
    pub bytes: u64,
}

/// 10,000 deliveries, 64 MiB.
impl Default for Bounds {
    fn default() -> Self {
        Self {
            deliveries: 10_000,
            bytes: 64 << 20,
        }
    }
}

/// What to list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listing {
    /// Only those after this one.
    pub after: SuspectId,
    /// At most so many.
    pub limit: usize,
    /// Only those that came in by this endpoint.
    pub endpoint: Option<String>,
    /// Only those of this ring.
    pub ring: Option<Ring>,
}

impl Listing {
    /// The oldest `limit` of all.
    pub fn first(limit: usize) -> Self {
        Self {
            after: SuspectId(0),
            limit,
            endpoint: None,
            ring: None,
        }
    }

    /// The same listing, of those after `id`.
    #[must_use]
    pub fn after(mut self, id: SuspectId) -> Self {
        self.after = id;
        self
    }

    /// The same listing, of those of one endpoint.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The same listing, of those of one ring.
    #[must_use]
    pub fn ring(mut self, ring: Ring) -> Self {
        self.ring = Some(ring);
        self
    }
}

/// What became of the deliveries of one endpoint that were handed over.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SuspectCounts {
    /// Held now.
    pub kept: u64,
    /// Made room for later ones.
    pub pushed_out: u64,
    /// Found no room, or could not be written.
    pub dropped: u64,
    /// Verified after all.
    pub reverified: u64,
}

impl SuspectCounts {
    /// All of them.
    pub fn handed_over(&self) -> u64 {
        self.kept + self.pushed_out + self.dropped + self.reverified
    }
}

/// Why a quarantine could not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QuarantineError {
    /// It has too much to do. The same call works later.
    #[error("the quarantine is busy")]
    Busy,
    /// It was closed.
    #[error("the quarantine was closed")]
    Closed,
    /// One delivery was altered where it is kept. Others may be sound.
    #[error("quarantined delivery {0} does not match its checksum")]
    Damaged(SuspectId),
    /// It cannot be read or written.
    #[error("the quarantine cannot be read or written")]
    Store(#[source] Arc<dyn Error + Send + Sync>),
}
