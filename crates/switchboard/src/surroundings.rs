//! What every endpoint of a gateway shares, for as long as the gateway is there.

use std::sync::Arc;

use switchboard_core::{Clock, Documents, Endpoint};

/// The time, and what fetches documents. A gateway keeps its own when it is given new endpoints, so
/// what was fetched once is not fetched again for them.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) documents: Arc<dyn Documents>,
}

impl Surroundings {
    /// `endpoint` in them.
    pub(crate) fn around(&self, endpoint: Endpoint) -> Endpoint {
        endpoint
            .with_clock(Arc::clone(&self.clock))
            .with_documents(Arc::clone(&self.documents))
    }
}
