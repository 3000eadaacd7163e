//! A clock that shows the moment it was given, and the one that spans are measured by.

use std::time::Instant;

use crate::core::{Clock, Timestamp};

/// Stands still, so that a request can be verified as of when it came in.
#[derive(Debug)]
pub(crate) struct Standing(pub(crate) Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// The moment, for spans that are measured and told.
#[expect(
    clippy::disallowed_methods,
    reason = "nothing is decided by what was measured"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
