//! Where events go.
//!
//! A function is a [`Handler`], and most need no more: see [`EventHandler`]. Anything else implements
//! [`Sink`]; it is given [`Envelope`]s, which have the event and its JSON.

mod envelope;
mod from_event;
mod function;
mod handler;

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

pub use envelope::Envelope;
pub use from_event::FromEvent;
pub use function::EventHandler;
pub use handler::Handler;

/// Takes events: a handler in this process, an HTTP service, a file, a broker.
///
/// # Contract
///
/// The pipeline calls [`deliver`](Self::deliver), several at once up to the sink's concurrency,
/// each with its timeout. `Ok` means that the sink has every event of the batch for good; only then
/// are they settled. Anything else, a timeout and a panic too, tries all of them again later. So an
/// event may come more than once: its (`source`, `id`) tells.
///
/// # Example
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use std::sync::{Arc, Mutex};
///
/// use async_trait::async_trait;
/// use switchboard_core::sink::{Envelope, Sink, SinkError};
///
/// /// Lines of JSON, as a broker or a file would take them.
/// #[derive(Debug, Default)]
/// struct Lines(Mutex<Vec<u8>>);
///
/// #[async_trait]
/// impl Sink for Lines {
///     fn max_batch(&self) -> usize {
///         64
///     }
///
///     // They stay in their order.
///     fn is_concurrent(&self) -> bool {
///         false
///     }
///
///     fn can_crash(&self) -> bool {
///         false
///     }
///
///     async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
///         let mut lines = self.0.lock().map_err(|_| SinkError::unavailable("a writer panicked"))?;
///         for envelope in batch {
///             lines.extend_from_slice(envelope.json());
///             lines.push(b'\n');
///         }
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let lines = Lines::default();
/// let batch = ["m-1", "m-2"].map(|id| Arc::new(Envelope::new(message(id))));
/// lines.deliver(&batch).await?;
/// assert!(batch.len() <= lines.max_batch() && !lines.is_concurrent() && !lines.can_crash());
/// assert_eq!(lines.0.into_inner()?.split(|byte| *byte == b'\n').count(), 3);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait Sink: Debug + Send + Sync + 'static {
    /// The most events that one call takes.
    fn max_batch(&self) -> usize {
        1
    }

    /// Whether calls may overlap. A file's must not.
    fn is_concurrent(&self) -> bool {
        true
    }

    /// Whether a call runs code in this process that could end it: a handler does, a service does
    /// not. Then an event that was in flight at a crash is given again by itself, and no more after
    /// three crashes.
    fn can_crash(&self) -> bool {
        true
    }

    /// Takes every event of `batch`, or none for good.
    ///
    /// A dropped call may leave them taken: they come again.
    ///
    /// # Errors
    ///
    /// Which of them the sink says it was decides when the batch is tried again.
    async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError>;
}

/// Why a sink did not take a batch. The texts quote nothing of the events.
///
/// ```
/// use switchboard_core::sink::SinkError;
///
/// /// What a service's status says about a batch.
/// fn taken(status: u16) -> Result<(), SinkError> {
///     match status {
///         200..=299 => Ok(()),
///         410 => Err(SinkError::Gone),
///         502 | 504 => Err(SinkError::unavailable("no answer behind the proxy")),
///         _ => Err(SinkError::refused(format!("status {status}"))),
///     }
/// }
///
/// assert_eq!(taken(422).unwrap_err().to_string(), "the sink refused: status 422");
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    /// It answered, and did not take it.
    #[error("the sink refused: {}", .0.reason)]
    Refused(Refusal),
    /// It could not be reached, or gave no answer.
    #[error("the sink is unavailable: {0}")]
    Unavailable(String),
    /// It wants no more events at all (HTTP 410): it is paused, and its events stay.
    #[error("the sink wants no more events")]
    Gone,
}

impl SinkError {
    /// It answered `reason`, and said nothing about another attempt.
    pub fn refused(reason: impl Into<String>) -> Self {
        Self::Refused(Refusal::new(reason))
    }

    /// It gave no answer, because of `reason`.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable(reason.into())
    }
}

/// What a sink answered that did not take a batch.
///
/// ```
/// use std::time::Duration;
///
/// use switchboard_core::sink::{Refusal, SinkError};
///
/// let mut refusal = Refusal::new("status 429");
/// refusal.status = Some(429);
/// refusal.retry_after = Some(Duration::from_secs(30));
/// refusal.answer = "too many calls of +15550100".into();
///
/// let error = SinkError::Refused(refusal);
/// assert!(!format!("{error:?} {error}").contains("15550100"), "an answer is in no log");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Refusal {
    /// In words, for example `status 500`.
    pub reason: String,
    /// Its status, where it has such.
    pub status: Option<u16>,
    /// What it said: kept with the attempt, and in no log. More than
    /// [`MAX_ANSWER_BYTES`](crate::journal::MAX_ANSWER_BYTES) is cut off.
    pub answer: Bytes,
    /// How soon it wants the next attempt, if it said so: the pause is no shorter, but 12 h at most.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal that says no more than `reason`.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            status: None,
            answer: Bytes::new(),
            retry_after: None,
        }
    }
}

/// Without what the sink said, which may quote an event.
impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("reason", &self.reason)
            .field("status", &self.status)
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}
