//! Steps 8 and 9: decode and stamp.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::decoder::Decoder;
use super::patience::patiently;
use crate::journal::{Journal, JournalError};

/// The most deliveries that are decoded and recorded at once.
const BATCH: usize = 1024;

/// After so many crashes without progress deliveries are decoded one at a time ..
const SUSPICIOUS: u32 = 2;
/// .. and after so many the first one is left undecoded. A process that is killed from outside may
/// have had no time for one delivery, but hardly four times in a row.
const MOST_CRASHES: u32 = 6;

/// Decodes the deliveries of `journal` in order and records their events, until `stop`. What was
/// taken by then is recorded still.
pub(super) async fn run(
    journal: Arc<dyn Journal>,
    decoder: Decoder,
    stop: CancellationToken,
) -> Result<(), JournalError> {
    let mut stalls = journal.stalls();
    // What ended the process is among as many as were decoded at once.
    let mut suspects = if stalls >= SUSPICIOUS { BATCH } else { 0 };
    loop {
        let limit = if suspects > 0 { 1 } else { BATCH };
        let next = patiently(|| journal.next(limit));
        let Some(batch) = stop.run_until_cancelled(next).await else {
            return Ok(());
        };
        let batch = batch?;
        // While somebody decodes anew what an endpoint's pause left, nothing overtakes it.
        let turn = decoder.turn().await;
        let decoded = if stalls >= MOST_CRASHES {
            batch.iter().map(Decoder::crashed).collect()
        } else {
            decoder.decode(batch).await
        };
        let tally = patiently(|| journal.record(&decoded)).await?;
        drop(turn);
        stalls = 0;
        suspects = suspects.saturating_sub(decoded.len());
        debug!(
            tally.events,
            tally.duplicates, tally.undecoded, "Deliveries decoded."
        );
    }
}
