//! A genuine delivery without events waits for a better adapter.

use switchboard_core::journal::{Decoded, Journal, LogPosition, Tally};

use super::JournalUnderTest;
use super::samples::{events, undecoded};
use super::trial::{Checked, Trial, bodies, same};

pub(super) async fn an_undecoded_delivery_can_be_decoded_anew<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.append_all(&["1", "2", "3", "4"]).await?;
    let deliveries = trial.take_through_marker().await?;
    let outcome = |index: usize| match index {
        0 | 2 | 3 => Err(undecoded()),
        _ => Ok(Vec::new()),
    };
    let decode = deliveries
        .iter()
        .enumerate()
        .map(|(index, stored)| Decoded::new(stored.position, outcome(index)));
    trial.journal.record(&decode.collect::<Vec<_>>()).await?;

    let trial = trial.crash().await;
    let first = trial.journal.undecoded(LogPosition(0), 2).await?;
    let (stored, causes): (Vec<_>, Vec<_>) = first.into_iter().unzip();
    same("undecoded", bodies(&stored), ["1", "3"])?;
    same("causes", causes, [undecoded(), undecoded()])?;
    let last = stored[1].position;
    let decoded = Decoded::new(last, Ok(events(["e"])));
    let tally = trial.journal.record(&[decoded]).await?;

    let expected = Tally {
        events: 1,
        ..Tally::default()
    };
    same("the tally", tally, expected)?;
    let rest = trial.journal.undecoded(LogPosition(0), 10).await?;
    let rest: Vec<_> = rest.into_iter().map(|(stored, _)| stored).collect();
    same("still undecoded", bodies(&rest), ["1", "4"])?;
    let behind = trial.journal.undecoded(last, 10).await?;
    same("undecoded behind it", behind.len(), 1)
}
