//! Steps 8 and 9: decode and stamp.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::decoder::{Decoder, LOAD, elsewhere};
use super::patience::patiently;
use crate::journal::{Decoded, Journal, JournalError};

/// The most deliveries that are decoded at once.
const BATCH: usize = 2048;

/// Under load the next batch begins so long after the last one. A commit of the index costs much by
/// itself and little a row, so few and large ones leave more of the machine to the host.
const APART: Duration = Duration::from_millis(50);

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
        let (batch, begun) = (batch?, Instant::now());
        // While somebody decodes anew what an endpoint's pause left, nothing overtakes it.
        let turn = decoder.turn().await;
        let count = batch.len();
        if stalls >= MOST_CRASHES {
            let crashed: Vec<Decoded> = batch.iter().map(Decoder::crashed).collect();
            record(&*journal, &crashed).await?;
        } else {
            // Recorded while the next ones are decoded.
            let mut decoding = decoder.begin(batch);
            while let Some(piece) = decoding.next().await {
                record(&*journal, &piece).await?;
                elsewhere(piece);
            }
        }
        drop(turn);
        stalls = 0;
        suspects = suspects.saturating_sub(count);
        if (LOAD..limit).contains(&count) {
            let more = sleep_until(begun + APART);
            if stop.run_until_cancelled(more).await.is_none() {
                return Ok(());
            }
        }
    }
}

async fn record(journal: &dyn Journal, decoded: &[Decoded]) -> Result<(), JournalError> {
    let tally = patiently(|| journal.record(decoded)).await?;
    debug!(
        tally.events,
        tally.duplicates, tally.undecoded, "Deliveries decoded."
    );
    Ok(())
}
