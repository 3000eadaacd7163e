//! Which functions can be handlers, and what they can ask for.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Envelope, FromEvent, Sink, SinkError};
use crate::{Event, Matcher};

/// An async function that takes events for good by `Ok`; after anything else they come again.
///
/// It asks for what it works with: the whole [`Event`], the typed data of some kinds such as
/// [`Message`](crate::event::Message), or both. One that asks for typed data is given the events of
/// those kinds and no others. A closure has to say the types of its arguments.
///
/// ```
/// use switchboard_core::Event;
/// use switchboard_core::event::Message;
/// use switchboard_core::sink::{EventHandler, SinkError};
///
/// fn is_handler<Arguments>(_: impl EventHandler<Arguments>) {}
///
/// async fn log(event: Event) -> Result<(), SinkError> {
///     println!("{} {}", event.kind, event.id);
///     Ok(())
/// }
///
/// is_handler(log);
/// is_handler(|message: Message| async move {
///     message.message.text.map(drop).ok_or("no text to answer")
/// });
/// is_handler(|message: Message, event: Event| async move {
///     println!("{} by {:?}", event.id, message.actor.role);
///     Ok::<(), SinkError>(())
/// });
/// ```
///
/// As the pipeline has it, the function is a sink with a filter:
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use std::sync::Arc;
///
/// use switchboard_core::sink::{Envelope, EventHandler, SinkError};
///
/// /// The kinds that `_handler` is given.
/// fn kinds_of<Arguments, H: EventHandler<Arguments>>(_handler: &H) -> Option<Vec<&'static str>> {
///     H::kinds()
/// }
///
/// /// Whether it would be given `event`.
/// fn wants<Arguments, H: EventHandler<Arguments>>(_handler: &H, event: &Event) -> bool {
///     H::matcher().is_none_or(|matcher| matcher.matches(event))
/// }
///
/// async fn greet(message: Message) -> Result<(), SinkError> {
///     match message.actor.role {
///         Role::Contact => Ok(()),
///         role => Err(SinkError::refused(format!("not to be greeted: {role:?}"))),
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// assert_eq!(
///     kinds_of(&greet),
///     Some(vec!["message.created", "message.updated", "message.deleted"]),
/// );
/// assert!(wants(&greet, &message("m-1")));
///
/// let sink = greet.into_sink();
/// sink.deliver(&[Arc::new(Envelope::new(message("m-1")))]).await?;
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "this is no handler of events",
    label = "not an async function from an event to a `Result<(), E>` with `E: Display`",
    note = "it takes `Event`, typed data such as `Message`, or both in the order `(Message, Event)`",
    note = "a closure has to say the types of its arguments: `|event: Event| ..`"
)]
pub trait EventHandler<Arguments>: Sized + Send + Sync + 'static {
    /// The kinds that it is given, for example `message.created`; `None` for all.
    fn kinds() -> Option<Vec<&'static str>>;

    /// The function as a sink. An event whose data cannot be read as asked for is refused.
    fn into_sink(self) -> Arc<dyn Sink>;

    /// What an event must be for the function; `None` where it takes all.
    fn matcher() -> Option<Matcher> {
        let exact = |kind| {
            let name = format!("{}{kind}", crate::event::KIND_PREFIX);
            Matcher::Exact([("type".to_owned(), name)].into())
        };
        Some(Matcher::Any(
            Self::kinds()?.into_iter().map(exact).collect(),
        ))
    }
}

impl<Function, Argument, Answer, Failure> EventHandler<(Argument,)> for Function
where
    Function: Fn(Argument) -> Answer + Send + Sync + 'static,
    Argument: FromEvent,
    Answer: Future<Output = Result<(), Failure>> + Send + 'static,
    Failure: fmt::Display + 'static,
{
    fn kinds() -> Option<Vec<&'static str>> {
        Argument::kinds()
    }

    fn into_sink(self) -> Arc<dyn Sink> {
        Arc::new(Asking(move |envelope: &Envelope| {
            let argument = Argument::from_envelope(envelope)?;
            Ok(settle(self(argument)))
        }))
    }
}

impl<Function, Argument, Answer, Failure> EventHandler<(Argument, Event)> for Function
where
    Function: Fn(Argument, Event) -> Answer + Send + Sync + 'static,
    Argument: FromEvent,
    Answer: Future<Output = Result<(), Failure>> + Send + 'static,
    Failure: fmt::Display + 'static,
{
    fn kinds() -> Option<Vec<&'static str>> {
        Argument::kinds()
    }

    fn into_sink(self) -> Arc<dyn Sink> {
        Arc::new(Asking(move |envelope: &Envelope| {
            let argument = Argument::from_envelope(envelope)?;
            Ok(settle(self(argument, envelope.to_event())))
        }))
    }
}

async fn settle<Failure: fmt::Display>(
    answer: impl Future<Output = Result<(), Failure>>,
) -> Result<(), SinkError> {
    let refused = |failure: Failure| SinkError::refused(failure.to_string());
    answer.await.map_err(refused)
}

/// A function that takes out of an envelope what it works with.
struct Asking<Function>(Function);

#[async_trait]
impl<Function, Answer> Sink for Asking<Function>
where
    Function: Fn(&Envelope) -> Result<Answer, SinkError> + Send + Sync + 'static,
    Answer: Future<Output = Result<(), SinkError>> + Send,
{
    async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        for envelope in batch {
            (self.0)(envelope)?.await?;
        }
        Ok(())
    }
}

impl<Function> fmt::Debug for Asking<Function> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventHandler").finish()
    }
}
