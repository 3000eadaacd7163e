//! Events that are brought again.

use super::LogPosition;
use crate::Event;

/// An event to be recorded again.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use switchboard_core::journal::{LogPosition, Replay};
///
/// let mut event = message("m-1");
/// event.replayof = Some(std::mem::replace(&mut event.id, "message.created:m-1~1".into()));
/// let replay = Replay { delivery: LogPosition(3), event, sinks: Some(vec!["crm".into()]) };
/// assert_eq!(replay.event.replayof.as_deref(), Some("message.created:m-1"));
/// ```
#[derive(Clone, Debug)]
pub struct Replay {
    /// The delivery that it was decoded from.
    pub delivery: LogPosition,
    /// The event, with an id of its own, and in `replayof` the one that it repeats.
    pub event: Event,
    /// The only sinks that are given it; `None` for all.
    pub sinks: Option<Vec<String>>,
}
