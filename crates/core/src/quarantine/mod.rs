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
///
/// # Example
///
/// What the host hands over, and what an operator does with it:
///
/// ```
/// use std::error::Error;
///
/// use switchboard_core::Delivery;
/// use switchboard_core::quarantine::{
///     Listing, MemoryQuarantine, Quarantine, Ring, Suspect, SuspectCause,
/// };
///
/// async fn look(quarantine: &dyn Quarantine) -> Result<(), Box<dyn Error>> {
///     quarantine.keep(Suspect {
///         endpoint: "support".into(),
///         adapter: "acme".into(),
///         delivery: Delivery::post("hello").with("x-acme-token", "mistyped"),
///         cause: SuspectCause::Unavailable,
///         diagnosis: "signing key unavailable".into(),
///     });
///
///     let held = quarantine.list(&Listing::first(100).ring(Ring::Unverified)).await?;
///     let id = held[0].id;
///     let suspect = quarantine.get(id).await?.ok_or("pushed out meanwhile")?;
///     assert_eq!(&*suspect.delivery.body, b"hello");
///
///     // The key can be had now, and says that it is a forgery: it moves to the other ring.
///     quarantine.judge(id, SuspectCause::Refused, "signature mismatch").await?;
///     assert_eq!(quarantine.list(&Listing::first(100)).await?[0].cause, SuspectCause::Refused);
///
///     // Or it is genuine after all: once the journal has it, it is let go of.
///     quarantine.remove(&[id]).await?;
///     let counts = quarantine.counts().await?["support"];
///     assert_eq!((counts.handed_over(), counts.reverified), (1, 1));
///     quarantine.close().await;
///     Ok(())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// look(&MemoryQuarantine::default()).await?;
/// # Ok(())
/// # }
/// ```
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
///
/// ```
/// use switchboard_core::quarantine::Bounds;
///
/// let bounds = Bounds { deliveries: 1_000, ..Bounds::default() };
/// assert_eq!(2 * bounds.bytes, 128 << 20, "both rings, in bytes");
/// ```
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
///
/// ```
/// use switchboard_core::quarantine::{Listing, Ring, SuspectId};
///
/// let page = Listing::first(50).endpoint("support").ring(Ring::Refused);
/// let next = page.clone().after(SuspectId(120));
/// assert_eq!((next.after, next.limit), (SuspectId(120), 50));
/// ```
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
///
/// ```
/// use switchboard_core::quarantine::SuspectCounts;
///
/// let counts = SuspectCounts { kept: 3, pushed_out: 1, dropped: 0, reverified: 2 };
/// assert_eq!(counts.handed_over(), 6);
/// ```
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
///
/// ```
/// use switchboard_core::quarantine::{QuarantineError, SuspectId};
///
/// /// Whether others may be read all the same.
/// fn concerns_one(error: &QuarantineError) -> bool {
///     matches!(error, QuarantineError::Damaged(_))
/// }
///
/// assert!(concerns_one(&QuarantineError::Damaged(SuspectId(7))));
/// assert_eq!(QuarantineError::Closed.to_string(), "the quarantine was closed");
/// ```
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
