//! A sink, and how it wants its events.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use super::Retry;
use crate::Filter;
use crate::journal::Order;
use crate::sink::Sink;

/// A named sink with its filter and its limits.
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
    /// How many calls may be under way at once.
    pub concurrency: usize,
    /// How long one call may take.
    pub timeout: Duration,
    /// The most events it is given in a second; `None` for as many as it takes.
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
