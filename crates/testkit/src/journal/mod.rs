//! One suite for every journal: the promises of [`Journal`], each a function of its own.
//!
//! A store of your own says how it is opened, and asks whether it conforms:
//!
//! ```
//! use switchboard_core::journal::MemoryJournal;
//! use switchboard_testkit::journal::{JournalUnderTest, conformance};
//!
//! struct Memory;
//!
//! #[async_trait::async_trait]
//! impl JournalUnderTest for Memory {
//!     type Journal = MemoryJournal;
//!
//!     async fn open(&self) -> MemoryJournal {
//!         MemoryJournal::new()
//!     }
//!
//!     // A journal on a disk does without this: it is dropped, and opened again.
//!     async fn crash(&self, journal: MemoryJournal) -> MemoryJournal {
//!         journal.reopen();
//!         journal
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! conformance(|| Memory).await;
//! # }
//! ```
//!
//! Time is what the suite says it is: it passes moments of its own to the journal and never sleeps.

mod balance;
mod claim;
mod close;
mod crash;
mod dead;
mod decode;
mod filter;
mod intake;
mod lanes;
mod lease;
mod pause;
mod promise;
mod record;
mod replay;
mod samples;
mod settle;
mod trial;
mod undecoded;

use std::fmt::Write as _;

use async_trait::async_trait;
use switchboard_core::journal::{Journal, Records};

pub use promise::{Promise, promises};

pub use crate::BrokenPromise;

/// A place where a journal is kept, for one promise.
///
/// ```
/// use switchboard_core::journal::{Intake, Journal as _, MemoryJournal};
/// use switchboard_core::{Delivery, Verified};
/// use switchboard_testkit::journal::JournalUnderTest;
///
/// struct Memory;
///
/// #[async_trait::async_trait]
/// impl JournalUnderTest for Memory {
///     type Journal = MemoryJournal;
///
///     async fn open(&self) -> MemoryJournal {
///         MemoryJournal::new()
///     }
///
///     async fn crash(&self, journal: MemoryJournal) -> MemoryJournal {
///         journal.reopen();
///         journal
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // What the suite does with a place.
/// let journal = Memory.open().await;
/// let _receipt = journal
///     .append(&Intake {
///         endpoint: "support".into(),
///         adapter: "acme".into(),
///         delivery: Delivery::post("hello"),
///         verified: Verified::new("token"),
///     })
///     .await?;
/// let journal = Memory.crash(journal).await;
/// assert_eq!(journal.next(1).await?.len(), 1);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait JournalUnderTest: Send + Sync + 'static {
    /// The journal.
    type Journal: Journal + Records;

    /// Opens the journal of this place. The first time there is nothing in it.
    async fn open(&self) -> Self::Journal;

    /// Ends `journal` as a kill would, without closing it, and opens what it left. It may have been
    /// closed before, though.
    async fn crash(&self, journal: Self::Journal) -> Self::Journal {
        drop(journal);
        self.open().await
    }
}

/// Checks every promise, each on a place of its own made by `place`.
///
/// The module's [example](self) is one.
///
/// # Panics
///
/// When a promise is broken, with the name of each one that is.
pub async fn conformance<U: JournalUnderTest>(place: impl Fn() -> U) {
    let mut report = String::new();
    for broken in broken_promises(place).await {
        write!(report, "\n- {broken}").expect("a String takes every write");
    }
    assert!(
        report.is_empty(),
        "the journal breaks its promises:{report}"
    );
}

/// The promises that are broken, each checked on a place of its own made by `place`.
///
/// ```
/// use switchboard_core::journal::MemoryJournal;
/// use switchboard_testkit::journal::{JournalUnderTest, broken_promises};
///
/// /// A store that keeps nothing through a crash.
/// struct Forgetful;
///
/// #[async_trait::async_trait]
/// impl JournalUnderTest for Forgetful {
///     type Journal = MemoryJournal;
///
///     async fn open(&self) -> MemoryJournal {
///         MemoryJournal::new()
///     }
/// }
///
/// # // What waits for what never comes is told at once.
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let broken = broken_promises(|| Forgetful).await;
/// let names: Vec<_> = broken.iter().map(|broken| broken.promise).collect();
/// assert!(names.contains(&"bytes_survive_a_crash"), "{names:?}");
/// assert!(!names.contains(&"next_waits_for_a_delivery"), "{names:?}");
/// # }
/// ```
pub async fn broken_promises<U: JournalUnderTest>(place: impl Fn() -> U) -> Vec<BrokenPromise> {
    let mut broken = Vec::new();
    for promise in promises() {
        broken.extend(promise.check(place()).await.err());
    }
    broken
}
