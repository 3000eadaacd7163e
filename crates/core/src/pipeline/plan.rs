//! What to decode by, and where events go.

use std::collections::HashMap;
use std::sync::Arc;

use super::Subscription;
use crate::Adapter;

/// The adapters by endpoint, and the sinks. Nothing of it is kept in the journal, so a plan can take
/// another's place at any time.
///
/// ```
#[doc = include_str!("../doc/acme.txt")]
/// use std::sync::Arc;
///
/// use switchboard_core::journal::MemoryJournal;
/// use switchboard_core::pipeline::{Pipeline, Plan, Subscription};
/// use switchboard_core::sink::SinkError;
/// use switchboard_core::{Event, SystemClock};
///
/// async fn log(event: Event) -> Result<(), SinkError> {
///     println!("{} {}", event.kind, event.id);
///     Ok(())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pipeline = Pipeline::new(Arc::new(MemoryJournal::new()), Arc::new(SystemClock));
/// let control = pipeline.control();
///
/// let plan = Plan::new()
///     .decoding("support", Arc::new(Acme))
///     .delivering(Subscription::on("log", log));
/// control.replace(plan).await?;
/// assert_eq!(control.endpoints()["support"].name, "acme");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub(super) adapters: HashMap<String, Arc<dyn Adapter>>,
    pub(super) subscriptions: Vec<Subscription>,
}

impl Plan {
    /// Nothing to decode by, and nowhere to go.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same plan, in which `adapter` decodes what came in by `endpoint`.
    #[must_use]
    pub fn decoding(mut self, endpoint: impl Into<String>, adapter: Arc<dyn Adapter>) -> Self {
        self.adapters.insert(endpoint.into(), adapter);
        self
    }

    /// The same plan with one more place to go. The last one of a name stays.
    #[must_use]
    pub fn delivering(mut self, subscription: Subscription) -> Self {
        self.subscriptions
            .retain(|other| other.name != subscription.name);
        self.subscriptions.push(subscription);
        self
    }
}
