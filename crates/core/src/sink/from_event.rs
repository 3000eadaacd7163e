//! What a handler can ask for.

use super::SinkError;
use crate::event::{
    Activity, ConversationState, Entity, EntityKind, Installation, Interaction, KINDS, Message,
    MessageStatus, Participation, Reaction, TemplateReview, Typing, Unknown,
};
use crate::{Data, Event};

/// What an [`EventHandler`](super::EventHandler) can ask for: [`Event`], its [`Data`] of whatever
/// kind, or the typed data of some kinds. Which of the kinds it was, [`Event::short_kind`] and
/// [`Data`] tell.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use switchboard_core::event::{Reaction, Unknown};
/// use switchboard_core::sink::{FromEvent, SinkError};
/// use switchboard_core::{Data, Event};
///
/// assert!(matches!(Data::from_event(message("m-1"))?, Data::Message(..)));
/// assert!(Reaction::from_event(message("m-1")).is_err(), "of another kind");
/// assert_eq!(Reaction::kinds(), Some(vec!["reaction.added", "reaction.removed"]));
///
/// /// A type of your own: what the CRM has to look up.
/// struct Caller(Option<String>);
///
/// impl FromEvent for Caller {
///     fn kinds() -> Option<Vec<&'static str>> {
///         Message::kinds()
///     }
///
///     fn from_event(event: Event) -> Result<Self, SinkError> {
///         Ok(Self(Message::from_event(event)?.actor.id))
///     }
/// }
///
/// assert_eq!(Caller::from_event(message("m-1"))?.0, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait FromEvent: Send + Sized + 'static {
    /// The kinds that are of this type; `None` for all.
    fn kinds() -> Option<Vec<&'static str>>;

    /// It, out of `event`.
    ///
    /// # Errors
    ///
    /// When `event` is of another kind, or its data is not what its kind has.
    fn from_event(event: Event) -> Result<Self, SinkError>;
}

impl FromEvent for Event {
    fn kinds() -> Option<Vec<&'static str>> {
        None
    }

    fn from_event(event: Event) -> Result<Self, SinkError> {
        Ok(event)
    }
}

impl FromEvent for Data {
    fn kinds() -> Option<Vec<&'static str>> {
        None
    }

    fn from_event(event: Event) -> Result<Self, SinkError> {
        let read = Self::read(&event.kind, event.data);
        read.map_err(|error| match std::error::Error::source(&error) {
            Some(source) => SinkError::refused(format!("{error}: {source}")),
            None => SinkError::refused(error.to_string()),
        })
    }
}

macro_rules! from_event {
    ($($type:ty: $pattern:pat => $data:expr, of $is_kind:expr;)*) => {$(
        impl FromEvent for $type {
            fn kinds() -> Option<Vec<&'static str>> {
                let names = KINDS.iter().map(|kind| kind.name);
                Some(names.filter($is_kind).collect())
            }

            fn from_event(event: Event) -> Result<Self, SinkError> {
                let kind = event.kind.clone();
                match Data::from_event(event)? {
                    $pattern => Ok($data),
                    _ => Err(SinkError::refused(format!("not what a `{kind}` has"))),
                }
            }
        }
    )*};
}

from_event! {
    Message: Data::Message(_, message) => *message,
        of |kind| kind.starts_with("message.") && *kind != "message.status_changed";
    MessageStatus: Data::MessageStatus(status) => *status,
        of |kind| *kind == "message.status_changed";
    Reaction: Data::Reaction(_, reaction) => *reaction,
        of |kind| kind.starts_with("reaction.");
    Interaction: Data::Interaction(interaction) => *interaction,
        of |kind| *kind == "interaction.submitted";
    Typing: Data::Typing(_, typing) => *typing,
        of |kind| kind.starts_with("typing.");
    ConversationState: Data::Conversation(_, state) => *state,
        of |kind| kind.starts_with("conversation.");
    Participation: Data::Participation(_, participation) => *participation,
        of |kind| kind.starts_with("participant.");
    Activity: Data::Activity(_, activity) => *activity,
        of |kind| ACTIVITIES.contains(kind);
    Entity: Data::Entity(_, entity) => *entity,
        of |kind| is_entity(kind);
    Installation: Data::App(_, installation) => *installation,
        of |kind| kind.starts_with("app.");
    TemplateReview: Data::Template(review) => *review,
        of |kind| *kind == "template.reviewed";
    Unknown: Data::Unknown(unknown) => unknown,
        of |kind| *kind == "provider.event";
}

const ACTIVITIES: &[&str] = &[
    "call.incoming",
    "chat.received",
    "mail.received",
    "page.visited",
    "widget.opened",
];

fn is_entity(kind: &str) -> bool {
    let of = |entity: &EntityKind| {
        let change = kind.strip_prefix(entity.name());
        change.is_some_and(|change| change.starts_with('.'))
    };
    EntityKind::ALL.iter().any(of)
}
