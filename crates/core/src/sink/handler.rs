//! A Rust function as a sink.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Envelope, Sink, SinkError};
use crate::Event;

/// An async function in this process, with the same durability as any other sink.
///
/// ```
/// use switchboard_core::sink::{Handler, SinkError};
///
/// let handler = Handler::new(|event| async move {
///     println!("{} {}", event.kind, event.id);
///     Ok::<(), SinkError>(())
/// });
/// ```
pub struct Handler<F>(F);

impl<F> Handler<F> {
    /// `function` is given every event, and takes it for good by `Ok`.
    pub fn new<Answer, Failure>(function: F) -> Self
    where
        F: Fn(Event) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<(), Failure>> + Send,
        Failure: fmt::Display,
    {
        Self(function)
    }
}

#[async_trait]
impl<F, Answer, Failure> Sink for Handler<F>
where
    F: Fn(Event) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result<(), Failure>> + Send,
    Failure: fmt::Display,
{
    async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        for envelope in batch {
            let answer = (self.0)(envelope.to_event()).await;
            answer.map_err(|failure| SinkError::refused(failure.to_string()))?;
        }
        Ok(())
    }
}

impl<F> fmt::Debug for Handler<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handler").finish()
    }
}
