//! Whether to send deliveries here.

use crate::journal::AppendError;

/// Why a delivery that came now would not be stored, or should not come.
///
/// ```
/// use switchboard_core::host::Unready;
/// use switchboard_core::journal::AppendError;
///
/// /// What a load balancer is told.
/// fn health(ready: Result<(), Unready>) -> (u16, String) {
///     match ready {
///         Ok(()) => (200, "ready".into()),
///         Err(why) => (503, why.to_string()),
///     }
/// }
///
/// let full = Unready::Journal(AppendError::Full);
/// assert_eq!(health(Err(full)), (503, "the disk is full".into()));
/// assert_eq!(health(Err(Unready::Draining)).1, "the gateway is about to end");
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unready {
    /// The host finishes what it has begun, and ends.
    #[error("the gateway is about to end")]
    Draining,
    /// The journal would not take it.
    #[error(transparent)]
    Journal(AppendError),
}
