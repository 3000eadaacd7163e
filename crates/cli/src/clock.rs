//! A clock that shows the moment it was given.

use crate::core::{Clock, Timestamp};

/// Stands still, so that a request can be verified as of when it came in.
#[derive(Debug)]
pub(crate) struct Standing(pub(crate) Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}
