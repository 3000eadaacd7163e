//! Steps 8 and 9: decode and stamp.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::decoder::Decoder;
use super::patience::patiently;
use crate::journal::{Journal, JournalError};

/// The most deliveries that are decoded and recorded at once.
const BATCH: usize = 1024;

/// Decodes the deliveries of `journal` in order and records their events, until `stop`. What was
/// taken by then is recorded still.
pub(super) async fn run(
    journal: Arc<dyn Journal>,
    decoder: Decoder,
    stop: CancellationToken,
) -> Result<(), JournalError> {
    loop {
        let next = patiently(|| journal.next(BATCH));
        let Some(batch) = stop.run_until_cancelled(next).await else {
            return Ok(());
        };
        let batch = batch?;
        // While somebody decodes anew what an endpoint's pause left, nothing overtakes it.
        let turn = decoder.turn().await;
        let decoded = decoder.decode(batch).await;
        let tally = patiently(|| journal.record(&decoded)).await?;
        drop(turn);
        debug!(
            tally.events,
            tally.duplicates, tally.undecoded, "Deliveries decoded."
        );
    }
}
