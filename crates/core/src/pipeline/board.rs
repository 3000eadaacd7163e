//! What every sink is doing, for people to look at.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;

use super::breaker::BreakerState;

/// What one sink is doing, and how its calls ended since the start.
///
/// ```
/// use std::sync::Arc;
///
/// use switchboard_core::journal::MemoryJournal;
/// use switchboard_core::pipeline::{BreakerState, Pipeline, SinkStatus, Subscription};
/// use switchboard_core::sink::SinkError;
/// use switchboard_core::{Event, SystemClock};
///
/// let crm = Subscription::on("crm", |_: Event| async { Ok::<(), SinkError>(()) });
/// let pipeline = Pipeline::new(Arc::new(MemoryJournal::new()), Arc::new(SystemClock)).delivering(crm);
///
/// let SinkStatus { under_way, breaker, delivered, .. } = pipeline.control().sinks()["crm"].clone();
/// assert_eq!((under_way, breaker, delivered), (0, BreakerState::Closed, 0));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SinkStatus {
    /// Calls under way.
    pub under_way: usize,
    /// Whether calls are made.
    pub breaker: BreakerState,
    /// Calls that were taken.
    pub delivered: u64,
    /// Calls that were refused.
    pub refused: u64,
    /// Calls that got no answer.
    pub unanswered: u64,
    /// Calls that panicked.
    pub panicked: u64,
    /// How long all of them took.
    pub took: Duration,
}

/// The status of every sink.
#[derive(Clone, Debug, Default)]
pub(super) struct Board(Arc<Mutex<BTreeMap<String, SinkStatus>>>);

impl Board {
    /// Changes what is noted of `sink`.
    pub(super) fn note(&self, sink: &str, change: impl FnOnce(&mut SinkStatus)) {
        let mut board = self.0.lock().expect("no holder panics");
        match board.get_mut(sink) {
            Some(status) => change(status),
            None => change(board.entry(sink.to_owned()).or_default()),
        }
    }

    pub(super) fn all(&self) -> BTreeMap<String, SinkStatus> {
        self.0.lock().expect("no holder panics").clone()
    }
}
