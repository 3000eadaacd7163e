//! A sink, and how it wants its events.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use super::Retry;
use crate::journal::Order;
use crate::sink::{EventHandler, Sink};
use crate::{Filter, Glob, InvalidFilter, Matcher};

/// A named sink with its filter and its limits.
///
/// ```
/// use std::num::NonZero;
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use switchboard_core::event::Message;
/// use switchboard_core::pipeline::Subscription;
/// use switchboard_core::sink::{Handler, SinkError};
/// use switchboard_core::{Event, Matcher};
///
/// async fn greet(message: Message, event: Event) -> Result<(), SinkError> {
///     println!("{} in {:?}", event.id, message.conversation.id);
///     Ok(())
/// }
///
/// let inbound: Matcher = serde_json::from_str(r#"{"exact": {"data.direction": "inbound"}}"#)?;
/// let mut greeter = Subscription::on("greeter", greet)
///     .endpoints(["support"])
///     .accounts(["17"])
///     .kinds(["message.created"])?
///     .matching(inbound)?
///     .ordered();
/// greeter.concurrency = 32;
/// greeter.timeout = Duration::from_secs(5);
/// greeter.rate = NonZero::new(10);
///
/// // Any sink, every event.
/// let nowhere = Handler::new(|_: Event| async { Ok::<(), SinkError>(()) });
/// let nowhere = Subscription::new("nowhere", Arc::new(nowhere));
/// assert_eq!((nowhere.concurrency, nowhere.timeout.as_secs()), (8, 30));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Subscription {
    /// The name its place in the journal is kept under.
    pub name: String,
    /// Where the events go.
    pub sink: Arc<dyn Sink>,
    /// Which events it wants.
    pub filter: Arc<Filter>,
    /// In which order it wants them.
    pub order: Order,
    /// How failed attempts are repeated.
    pub retry: Retry,
    /// How many calls may be under way at once: one at least, and no more where the sink says that
    /// its calls must not overlap.
    pub concurrency: usize,
    /// How long one call may take. A longer one is broken off, and got no answer.
    pub timeout: Duration,
    /// The most events it is given in a second, and after a silence at once; `None` for as many as
    /// it takes.
    pub rate: Option<NonZero<u32>>,
}

impl Subscription {
    /// `sink` wants every event, in any order: 8 calls at once, of 30 s each.
    pub fn new(name: impl Into<String>, sink: Arc<dyn Sink>) -> Self {
        Self {
            name: name.into(),
            sink,
            filter: Arc::default(),
            order: Order::None,
            retry: Retry::default(),
            concurrency: 8,
            timeout: Duration::from_secs(30),
            rate: None,
        }
    }

    /// `function` wants the events of the kinds that it asks for, in any order: 8 calls at once, of
    /// 30 s each.
    pub fn on<Arguments, Function>(name: impl Into<String>, function: Function) -> Self
    where
        Function: EventHandler<Arguments>,
    {
        let matcher = Function::matcher();
        Self::new(name, function.into_sink()).filtered(|filter| filter.matchers.extend(matcher))
    }

    /// It wants only events of a kind that one of `globs` matches, for example `message.*`. Said
    /// again, the last globs hold.
    ///
    /// # Errors
    ///
    /// Names the first that is no glob.
    pub fn kinds<'a>(
        self,
        globs: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, InvalidFilter> {
        let globs = globs.into_iter().map(str::parse);
        let globs = globs.collect::<Result<Vec<Glob>, _>>()?;
        Ok(self.filtered(|filter| filter.kinds = Some(globs)))
    }

    /// It wants only events that came in by one of these endpoints.
    #[must_use]
    pub fn endpoints<Id: Into<String>>(self, ids: impl IntoIterator<Item = Id>) -> Self {
        let ids = ids.into_iter().map(Into::into).collect();
        self.filtered(|filter| filter.endpoints = Some(ids))
    }

    /// It wants only events of one of these accounts.
    #[must_use]
    pub fn accounts<Id: Into<String>>(self, ids: impl IntoIterator<Item = Id>) -> Self {
        let ids = ids.into_iter().map(Into::into).collect();
        self.filtered(|filter| filter.accounts = Some(ids))
    }

    /// It wants only events that `matcher` holds for, too.
    ///
    /// # Errors
    ///
    /// When it can never have been meant: see [`Matcher::check`].
    pub fn matching(self, matcher: Matcher) -> Result<Self, InvalidFilter> {
        matcher.check()?;
        Ok(self.filtered(|filter| filter.matchers.push(matcher)))
    }

    /// It wants the events of one `partitionkey`, a conversation's for example, one at a time and in
    /// the order they came.
    #[must_use]
    pub fn ordered(mut self) -> Self {
        self.order = Order::Lanes {
            wait_for_dead: false,
        };
        self
    }

    fn filtered(mut self, change: impl FnOnce(&mut Filter)) -> Self {
        change(Arc::make_mut(&mut self.filter));
        self
    }

    /// How many calls may be under way at once.
    pub(super) fn calls(&self) -> usize {
        if self.sink.is_concurrent() {
            self.concurrency.max(1)
        } else {
            1
        }
    }

    /// How many events one call takes.
    pub(super) fn batch(&self) -> usize {
        self.sink.max_batch().max(1)
    }
}
