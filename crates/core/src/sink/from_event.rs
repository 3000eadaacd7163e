//! What a handler can ask for.

use super::{Envelope, SinkError};
use crate::event::{
    Activity, ConversationState, Entity, EntityKind, Installation, Interaction, KINDS, Message,
    MessageStatus, Participation, Reaction, ReadError, TemplateReview, Typing, Unknown,
};
use crate::{Data, Event};

/// What an [`EventHandler`](super::EventHandler) can ask for: [`Event`], its [`Data`] of whatever
/// kind, or the typed data of some kinds. Which of the kinds it was, [`Event::short_kind`] and
/// [`Data`] tell.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use switchboard_core::event::{Reaction, Unknown};
/// use switchboard_core::sink::{Envelope, FromEvent, SinkError};
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
///
///     // Optional, and cheaper: a message needs no whole event.
///     fn from_envelope(envelope: &Envelope) -> Result<Self, SinkError> {
///         Ok(Self(Message::from_envelope(envelope)?.actor.id))
///     }
/// }
///
/// assert_eq!(Caller::from_event(message("m-1"))?.0, None);
/// assert_eq!(Caller::from_envelope(&Envelope::new(message("m-1")))?.0, None);
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

    /// It, out of the event in `envelope`: what [`from_event`](Self::from_event) answers, and what
    /// [`Data`] and its parts read without a whole event.
    ///
    /// # Errors
    ///
    /// As [`from_event`](Self::from_event).
    fn from_envelope(envelope: &Envelope) -> Result<Self, SinkError> {
        Self::from_event(envelope.to_event())
    }
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
        Self::read(&event.kind, event.data).map_err(unreadable)
    }

    fn from_envelope(envelope: &Envelope) -> Result<Self, SinkError> {
        envelope.read_data().map_err(unreadable)
    }
}

fn unreadable(error: ReadError) -> SinkError {
    match std::error::Error::source(&error) {
        Some(source) => SinkError::refused(format!("{error}: {source}")),
        None => SinkError::refused(error.to_string()),
    }
}

/// A part of [`Data`].
trait Part: Sized {
    fn of(data: Data) -> Option<Self>;
}

fn part<T: Part>(kind: &str, data: Data) -> Result<T, SinkError> {
    let other = || SinkError::refused(format!("not what a `{kind}` has"));
    T::of(data).ok_or_else(other)
}

macro_rules! from_event {
    ($($type:ty: $pattern:pat => $data:expr, of $is_kind:expr;)*) => {$(
        impl Part for $type {
            fn of(data: Data) -> Option<Self> {
                match data {
                    $pattern => Some($data),
                    _ => None,
                }
            }
        }

        impl FromEvent for $type {
            fn kinds() -> Option<Vec<&'static str>> {
                let names = KINDS.iter().map(|kind| kind.name);
                Some(names.filter($is_kind).collect())
            }

            fn from_event(event: Event) -> Result<Self, SinkError> {
                let kind = event.kind.clone();
                part(&kind, Data::from_event(event)?)
            }

            fn from_envelope(envelope: &Envelope) -> Result<Self, SinkError> {
                part(&envelope.head().kind, Data::from_envelope(envelope)?)
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
