//! Waiting for a journal that cannot do its work for now: its disk is full, or somebody reads it.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tracing::warn;

use crate::journal::JournalError;

/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_millis(500);

/// Asks until the journal can, or never will.
pub(super) async fn patiently<'a, T>(
    ask: impl Fn() -> BoxFuture<'a, Result<T, JournalError>>,
) -> Result<T, JournalError> {
    loop {
        match ask().await {
            Err(error) if error.is_transient() => {
                warn!(%error, "The journal cannot do its work for now.");
                tokio::time::sleep(PAUSE).await;
            }
            answer => return answer,
        }
    }
}
