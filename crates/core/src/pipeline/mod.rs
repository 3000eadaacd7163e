//! The pipeline: steps 8 to 11 of the flow. Takes deliveries out of the journal, decodes and stamps
//! them, and brings their events to every sink.
//!
//! It shares nothing with the host but the journal, so nothing here makes a provider wait.

mod attempt;
mod decode;
mod dispatch;
mod patience;
mod rest;
mod retry;
mod subscription;

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::journal::{Journal, JournalError};
use crate::{Adapter, Clock};

use patience::patiently;

pub use retry::Retry;
pub use subscription::Subscription;

/// Decodes what the journal holds and delivers it.
#[derive(Debug)]
pub struct Pipeline {
    journal: Arc<dyn Journal>,
    adapters: HashMap<String, Arc<dyn Adapter>>,
    subscriptions: Vec<Subscription>,
    clock: Arc<dyn Clock>,
}

impl Pipeline {
    /// A pipeline out of `journal`, with nothing to decode by and nowhere to go yet.
    pub fn new(journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Self {
        Self {
            journal,
            adapters: HashMap::new(),
            subscriptions: Vec::new(),
            clock,
        }
    }

    /// The same pipeline, in which `adapter` decodes what came in by `endpoint`.
    #[must_use]
    pub fn decoding(mut self, endpoint: impl Into<String>, adapter: Arc<dyn Adapter>) -> Self {
        self.adapters.insert(endpoint.into(), adapter);
        self
    }

    /// The same pipeline with one more place to go. The last one of a name stays.
    #[must_use]
    pub fn delivering(mut self, subscription: Subscription) -> Self {
        self.subscriptions
            .retain(|other| other.name != subscription.name);
        self.subscriptions.push(subscription);
        self
    }

    /// Makes every sink known to the journal. To be done before the first delivery is taken: a
    /// sink gets the events recorded from then on.
    ///
    /// # Errors
    ///
    /// When the journal cannot commit it.
    pub async fn subscribe(&self) -> Result<(), JournalError> {
        for subscription in &self.subscriptions {
            patiently(|| self.journal.subscribe(&subscription.name)).await?;
        }
        Ok(())
    }

    /// Decodes and delivers until `stop`; then finishes the attempts under way and settles them.
    ///
    /// A dropped call breaks attempts off. They are made again after the next start.
    ///
    /// # Errors
    ///
    /// When the journal stops.
    pub async fn run(self, stop: CancellationToken) -> Result<(), JournalError> {
        let mut tasks = JoinSet::new();
        let adapters = Arc::new(self.adapters);
        tasks.spawn(decode::run(
            Arc::clone(&self.journal),
            adapters,
            stop.clone(),
        ));
        for subscription in self.subscriptions {
            let (journal, clock) = (Arc::clone(&self.journal), Arc::clone(&self.clock));
            tasks.spawn(dispatch::run(subscription, journal, clock, stop.clone()));
        }
        let mut outcome = Ok(());
        while let Some(ended) = tasks.join_next().await {
            let ended = ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
            if ended.is_err() {
                stop.cancel();
                outcome = outcome.and(ended);
            }
        }
        outcome
    }
}
