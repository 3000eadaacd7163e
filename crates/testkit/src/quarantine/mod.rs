//! One suite for every quarantine: the promises of [`Quarantine`], each a function of its own.
//!
//! A store of your own says how it is opened, and asks whether it conforms:
//!
//! ```
//! use switchboard_core::quarantine::{Bounds, MemoryQuarantine};
//! use switchboard_testkit::quarantine::{QuarantineUnderTest, conformance};
//!
//! struct Memory;
//!
//! #[async_trait::async_trait]
//! impl QuarantineUnderTest for Memory {
//!     type Quarantine = MemoryQuarantine;
//!
//!     async fn open(&self, bounds: Bounds) -> MemoryQuarantine {
//!         MemoryQuarantine::new(bounds)
//!     }
//!
//!     // One on a disk survives.
//!     fn is_lasting(&self) -> bool {
//!         false
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! conformance(|| Memory).await;
//! # }
//! ```

mod counts;
mod keeping;
mod lasting;
mod promise;
mod rings;
mod trial;

use std::fmt::Write as _;

use async_trait::async_trait;
use switchboard_core::quarantine::{Bounds, Quarantine};

pub use promise::{Promise, promises};

pub use crate::BrokenPromise;

/// A place where a quarantine is kept, for one promise.
///
/// ```
/// use switchboard_core::Delivery;
/// use switchboard_core::quarantine::{Bounds, MemoryQuarantine, Quarantine as _, Suspect, SuspectCause};
/// use switchboard_testkit::quarantine::QuarantineUnderTest;
///
/// struct Memory;
///
/// #[async_trait::async_trait]
/// impl QuarantineUnderTest for Memory {
///     type Quarantine = MemoryQuarantine;
///
///     async fn open(&self, bounds: Bounds) -> MemoryQuarantine {
///         MemoryQuarantine::new(bounds)
///     }
///
///     fn is_lasting(&self) -> bool {
///         false
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // What the suite does with a place.
/// let quarantine = Memory.open(Bounds { deliveries: 1, ..Bounds::default() }).await;
/// for body in ["one", "two"] {
///     quarantine.keep(Suspect {
///         endpoint: "support".into(),
///         adapter: "acme".into(),
///         delivery: Delivery::post(body),
///         cause: SuspectCause::Refused,
///         diagnosis: "signature mismatch".into(),
///     });
/// }
/// assert_eq!(quarantine.suspects().len(), 1);
/// assert!(!Memory.is_lasting());
/// # }
/// ```
#[async_trait]
pub trait QuarantineUnderTest: Send + Sync + 'static {
    /// The quarantine.
    type Quarantine: Quarantine;

    /// Opens the quarantine of this place. The first time there is nothing in it.
    async fn open(&self, bounds: Bounds) -> Self::Quarantine;

    /// Whether what it held is there when it is opened again.
    fn is_lasting(&self) -> bool {
        true
    }
}

/// Checks every promise, each on a place of its own made by `place`.
///
/// # Panics
///
/// When a promise is broken, with the name of each one that is.
pub async fn conformance<U: QuarantineUnderTest>(place: impl Fn() -> U) {
    let mut report = String::new();
    for broken in broken_promises(place).await {
        write!(report, "\n- {broken}").expect("a String takes every write");
    }
    assert!(
        report.is_empty(),
        "the quarantine breaks its promises:{report}"
    );
}

/// The promises that are broken, each checked on a place of its own made by `place`.
///
/// ```
/// use switchboard_core::quarantine::{Bounds, MemoryQuarantine};
/// use switchboard_testkit::quarantine::{QuarantineUnderTest, broken_promises};
///
/// /// Keeps to no bounds, and does not say that it forgets.
/// struct Boundless;
///
/// #[async_trait::async_trait]
/// impl QuarantineUnderTest for Boundless {
///     type Quarantine = MemoryQuarantine;
///
///     async fn open(&self, _bounds: Bounds) -> MemoryQuarantine {
///         MemoryQuarantine::default()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let broken = broken_promises(|| Boundless).await;
/// let names: Vec<_> = broken.iter().map(|broken| broken.promise).collect();
/// assert!(names.contains(&"the_oldest_are_pushed_out_beyond_the_number"), "{names:?}");
/// assert!(names.contains(&"what_was_kept_survives_a_close"), "{names:?}");
/// # }
/// ```
pub async fn broken_promises<U: QuarantineUnderTest>(place: impl Fn() -> U) -> Vec<BrokenPromise> {
    let mut broken = Vec::new();
    for promise in promises() {
        broken.extend(promise.check(place()).await.err());
    }
    broken
}
