//! Whether to send deliveries here.

use crate::journal::AppendError;

/// Why a delivery that came now would not be stored, or should not come.
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
