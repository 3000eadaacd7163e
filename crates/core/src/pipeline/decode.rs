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

/// The next batch begins so long after the last one. A commit of the index costs much by itself and
/// little a row, so few and large ones leave more of the machine to the host ..
const APART: Duration = Duration::from_millis(5);

/// .. above all under load.
const FAR_APART: Duration = Duration::from_millis(50);

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
        if count < limit {
            let apart = if count < LOAD { APART } else { FAR_APART };
            let more = sleep_until(begun + apart);
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

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
    use tokio::sync::watch;

    use super::*;
    use crate::clock::FixedClock;
    use crate::journal::{Intake, MemoryJournal};
    use crate::pipeline::bell::Bell;
    use crate::pipeline::pauses::Pauses;
    use crate::pipeline::plan::Plan;
    use crate::{
        Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Timestamp, Verified,
        VerifyError,
    };

    /// Tells when it was asked.
    #[derive(Debug)]
    struct Telling(UnboundedSender<Instant>);

    impl ProviderAdapter for Telling {
        const DESCRIPTOR: Descriptor = Descriptor::new("telling", "Telling");
        type Payload = ();

        async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
            Ok(Verified::unsigned())
        }

        fn parse(&self, _: &Delivery) -> Result<(), ParseError> {
            let _ = self.0.send(Instant::now());
            Ok(())
        }

        fn normalize(&self, (): ()) -> Vec<Draft> {
            Vec::new()
        }
    }

    fn intake() -> Intake {
        Intake {
            endpoint: "support".into(),
            adapter: "telling".into(),
            delivery: Delivery::post("{}"),
            verified: Verified::unsigned(),
        }
    }

    /// How long a delivery that comes when so many were decoded waits for its own turn.
    async fn wait_behind(count: usize) -> Duration {
        let journal = Arc::new(MemoryJournal::new());
        let (asked, mut told) = unbounded_channel();
        let plan = Plan::new().decoding("support", Arc::new(Telling(asked)));
        let (_, plan) = watch::channel(Arc::new(plan));
        let pauses = Pauses::new(Arc::clone(&journal) as _, Bell::default());
        // So late that decoding no longer gives way.
        let late = Timestamp::UNIX_EPOCH.plus(Duration::from_secs(60));
        let decoder = Decoder::new(plan, pauses, Arc::new(FixedClock(late)));
        for _ in 0..count {
            let _ = journal.append(&intake()).await.unwrap();
        }

        let stop = CancellationToken::new();
        let running = tokio::spawn(run(Arc::clone(&journal) as _, decoder, stop.clone()));
        let begun = told.recv().await.unwrap();
        for _ in 1..count {
            assert_eq!(told.recv().await.unwrap(), begun, "one batch");
        }
        let _ = journal.append(&intake()).await.unwrap();
        let waited = told.recv().await.unwrap() - begun;
        stop.cancel();
        running.await.unwrap().unwrap();
        waited
    }

    #[tokio::test(start_paused = true)]
    async fn batches_begin_apart_and_large_ones_far_apart() {
        for (count, least) in [(1, APART), (63, APART), (64, FAR_APART)] {
            let waited = wait_behind(count).await;

            // The clock goes by milliseconds.
            let most = least + Duration::from_millis(1);
            assert!(
                (least..=most).contains(&waited),
                "{waited:?} behind {count}"
            );
        }
    }
}
