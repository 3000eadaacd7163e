//! Where time comes from.

use crate::Timestamp;

/// Tells the time. Everything that asks for it asks here, so that tests can turn the hands. It may
/// go back, as a machine's clock does when somebody sets it.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicI64, Ordering};
///
/// use switchboard_core::{Clock, Endpoint, Timestamp};
///
/// /// Unix seconds that a test turns on.
/// #[derive(Debug)]
/// struct Turned(AtomicI64);
///
/// impl Clock for Turned {
///     fn now(&self) -> Timestamp {
///         let seconds = self.0.load(Ordering::Relaxed);
///         Timestamp::from_seconds(seconds).expect("a test's time is in range")
///     }
/// }
///
/// let clock = Arc::new(Turned(AtomicI64::new(1_764_000_000)));
/// let endpoint = Endpoint::new("support").with_clock(clock.clone());
/// clock.0.fetch_add(60, Ordering::Relaxed);
/// assert_eq!(endpoint.now().as_seconds(), 1_764_000_060);
/// ```
pub trait Clock: std::fmt::Debug + Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's wall clock, in UTC.
///
/// ```
/// use switchboard_core::{Clock, SystemClock, Timestamp};
///
/// let now = SystemClock.now();
/// assert!(now > Timestamp::UNIX_EPOCH, "{now}");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_jiff(jiff::Timestamp::now())
    }
}

/// A clock that stands still.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FixedClock(pub(crate) Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
