//! Events that are brought again.

use super::LogPosition;
use crate::Event;

/// An event to be recorded again.
///
/// ```
/// # use switchboard_core::event::{Direction, Message, Origin, Party, Role};
/// # use switchboard_core::*;
/// # fn message(id: &str) -> Event {
/// #     static ACME: Descriptor = Descriptor::new("acme", "Acme Chat");
/// #     let (endpoint, account, scheme, delivery) = ("support", None, "token", "1-1");
/// #     let recorded = Timestamp::UNIX_EPOCH;
/// #     let origin = Origin { adapter: &ACME, endpoint, account, scheme, delivery, recorded };
/// #     let said = Message::new(Direction::Inbound, Party::new(Role::Contact)).created();
/// #     Event::stamp(Draft::new(said, DedupKey::provider([id])), &origin, 0)
/// # }
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
