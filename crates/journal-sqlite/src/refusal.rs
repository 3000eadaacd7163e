//! Why a request to a writer came to nothing.

use switchboard_core::journal::{AppendError, JournalError};

/// Why nothing of a request was written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    /// Too much is queued, or somebody else holds the database.
    Busy,
    /// The disk is full, for now.
    Full,
    /// The journal has stopped, for good.
    Stopped,
}

impl From<Refusal> for AppendError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Busy => Self::Overloaded,
            Refusal::Full => Self::Full,
            Refusal::Stopped => Self::Stopped,
        }
    }
}

impl From<Refusal> for JournalError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Busy => Self::Busy,
            Refusal::Full => Self::Full,
            Refusal::Stopped => Self::Stopped,
        }
    }
}
