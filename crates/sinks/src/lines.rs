//! Batches of events as lines, written one batch after another.

use std::io;
use std::sync::Arc;

use switchboard_core::sink::{Envelope, SinkError};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

/// The most events that one write takes.
pub(crate) const MAX_BATCH: usize = 256;

/// Where lines go for good. It may block.
pub(crate) trait Append: Send + 'static {
    /// Appends `lines`, each with its line feed. After an error, some of them may be there.
    fn append(&mut self, lines: &[u8]) -> io::Result<()>;
}

/// Writes batches on a blocking thread, never two at once.
#[derive(Debug)]
pub(crate) struct Lines<A>(Arc<Mutex<A>>);

impl<A: Append> Lines<A> {
    pub(crate) fn new(appender: A) -> Self {
        Self(Arc::new(Mutex::new(appender)))
    }

    /// Appends one line an event.
    ///
    /// A dropped call still writes what it began, so no line is torn by it; the next one waits for
    /// its turn without holding a thread.
    pub(crate) async fn write(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        let lines = lines(batch);
        let mut appender = Arc::clone(&self.0).lock_owned().await;
        match spawn_blocking(move || appender.append(&lines)).await {
            Ok(written) => written.map_err(|error| SinkError::unavailable(error.to_string())),
            Err(_) => Err(SinkError::unavailable("the write was cut short")),
        }
    }
}

/// One buffer, so that a batch is one system call wherever the system takes it whole.
fn lines(batch: &[Arc<Envelope>]) -> Vec<u8> {
    let length = batch.iter().map(|envelope| envelope.json().len() + 1).sum();
    let mut lines = Vec::with_capacity(length);
    for envelope in batch {
        lines.extend_from_slice(envelope.json());
        lines.push(b'\n');
    }
    lines
}
