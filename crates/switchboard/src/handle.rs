//! A gateway at work, from outside.

use std::sync::Arc;

use switchboard_core::host::Host;
use switchboard_core::journal::JournalError;
use switchboard_core::pipeline::Control;

use crate::surroundings::Surroundings;
use crate::{BuildError, Builder};

/// Changes a [`Switchboard`](crate::Switchboard) while it is at work, and looks into it. Clones are
/// all the same.
///
/// ```
/// use switchboard::core::journal::Line;
/// use switchboard::{EndpointConfig, Handle, MemoryJournal, ReloadError, Switchboard};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let endpoint = |id| EndpointConfig::new(id, "telegram").secret("s3cret");
/// let gateway = Switchboard::builder()
///     .journal(MemoryJournal::new())
///     .endpoint(endpoint("bot"))
///     .build()?;
/// let handle: Handle = gateway.handle();
/// handle.host().ready()?;
///
/// handle.control().pause(&Line::Endpoint("bot".into())).await?;
/// assert_eq!(handle.control().pauses().len(), 1);
///
/// let both = Switchboard::builder().endpoint(endpoint("bot")).endpoint(endpoint("other"));
/// handle.reload(both).await?;
/// assert_eq!(handle.control().endpoints().len(), 2);
///
/// let unknown = EndpointConfig::new("bot", "acme");
/// let error = handle.reload(Switchboard::builder().endpoint(unknown)).await.unwrap_err();
/// assert!(matches!(error, ReloadError::Build(_)));
/// assert_eq!(handle.control().endpoints().len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Handle {
    host: Arc<Host>,
    control: Control,
    surroundings: Surroundings,
}

impl Handle {
    pub(crate) fn new(host: Arc<Host>, control: Control, surroundings: Surroundings) -> Self {
        Self {
            host,
            control,
            surroundings,
        }
    }

    /// Pauses and resumes, replays, and shows what is under way.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// The host, for its counters.
    pub fn host(&self) -> &Arc<Host> {
        &self.host
    }

    /// Serves the endpoints of `builder` from the next request on, and brings events to its sinks
    /// from now on; its journal, clock, documents and limits mean nothing here. No connection is dropped and no
    /// call is broken off. The events of a sink that is no longer there are kept for it.
    ///
    /// # Errors
    ///
    /// Everything is checked first: after an error all is as it was.
    pub async fn reload(&self, builder: Builder) -> Result<(), ReloadError> {
        let (site, plan) = builder.parts(&self.surroundings)?;
        // The adapters first, so that whatever is taken by the new endpoints can be decoded.
        self.control.replace(plan).await?;
        self.host.replace(site).map_err(BuildError::from)?;
        Ok(())
    }
}

/// Why a gateway goes on as it was: what [`Handle::reload`] fails with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// What it should have become cannot be put together.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A new sink could not be made known to the journal.
    #[error("a new sink cannot be made known to the journal")]
    Journal(#[from] JournalError),
}
