//! Events that no provider sent, for tests of handlers.

use super::{Draft, Event, Origin};
use crate::{Descriptor, Timestamp};

/// Whom nobody could take for a provider.
static TEST: Descriptor = Descriptor::new("test", "Test");

impl Event {
    /// The event that `draft` becomes where there is no delivery: what a test gives to a handler.
    ///
    /// Where it would have come from is clearly invented: adapter, endpoint, scheme and delivery are
    /// all called `test`, so that its `source` is `/test/test`, and it was recorded at the draft's
    /// time, or else at the Unix epoch. Pure: the same draft is always the same event.
    ///
    /// ```
    /// use switchboard_core::event::{Direction, Message, Party, Role};
    /// use switchboard_core::{DedupKey, Draft, Event};
    ///
    /// let mut message = Message::new(Direction::Inbound, Party::new(Role::Contact));
    /// message.conversation.id = Some("42".into());
    /// message.message.text = Some("Is anybody there?".into());
    ///
    /// let event = Event::for_test(Draft::new(message.created(), DedupKey::provider(["m-1"])));
    ///
    /// assert_eq!(event.short_kind(), "message.created");
    /// assert_eq!(event.partitionkey, "conversation/42");
    /// assert_eq!((&*event.source, &*event.id), ("/test/test", "message.created:m-1"));
    /// ```
    ///
    /// What an adapter makes of a provider's webhook is given to a handler in the same way:
    ///
    /// ```
    #[doc = include_str!("../doc/acme.txt")]
    /// let webhook = Delivery::post("Somebody is at the door.");
    ///
    /// let drafts = Adapter::decode(&Acme, &webhook)?;
    /// let events: Vec<Event> = drafts.into_iter().map(Event::for_test).collect();
    ///
    /// assert_eq!(events[0].short_kind(), "provider.event");
    /// assert_eq!(events[0].data["fields"], "Somebody is at the door.");
    /// # Ok::<(), switchboard_core::ParseError>(())
    /// ```
    pub fn for_test(draft: Draft) -> Self {
        let origin = Origin {
            adapter: &TEST,
            endpoint: "test",
            account: None,
            scheme: "test",
            delivery: "test",
            recorded: draft.time.unwrap_or(Timestamp::UNIX_EPOCH),
        };
        Self::stamp(draft, &origin, 0)
    }
}
