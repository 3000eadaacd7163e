//! Events that are brought again.

use super::LogPosition;
use crate::Event;

/// An event to be recorded again.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The delivery that it was decoded from.
    pub delivery: LogPosition,
    /// The event, with an id of its own, and in `replayof` the one that it repeats.
    pub event: Event,
    /// The only sinks that are given it; `None` for all.
    pub sinks: Option<Vec<String>>,
}
