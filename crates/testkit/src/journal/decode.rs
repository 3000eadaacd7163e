//! Deliveries are handed out to be decoded, until they are recorded.

use switchboard_core::journal::Journal;

use super::JournalUnderTest;
use super::samples::intake;
use super::trial::{Broken, Checked, Trial, bodies, same};

pub(super) async fn next_waits_for_a_delivery<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    let mut next = trial.journal.next(10);
    // Another call's way there and back gives a journal that does not wait the time to show it.
    tokio::select! {
        biased;
        early = &mut next => {
            let early = early?.len();
            return Err(Broken::new(format!("next answered {early} deliveries of an empty journal")));
        }
        answer = trial.journal.subscribe("a") => answer?,
    };

    trial.append(intake("a")).await?;

    same("deliveries", bodies(&next.await?), ["a"])
}

pub(super) async fn next_keeps_to_its_limit<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    trial.append_all(&["a", "b", "c", "d", "e"]).await?;

    for expected in [&["a", "b"][..], &["c", "d"], &["e"]] {
        let batch = trial.journal.next(2).await?;
        same("deliveries", bodies(&batch), expected)?;
        trial.record_pings(&batch).await?;
    }
    Ok(())
}

pub(super) async fn a_delivery_is_handed_out_again_until_it_is_recorded<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.append_all(&["a", "b", "c"]).await?;

    let (first, second) = tokio::join!(trial.journal.next(2), trial.journal.next(2));
    let first = first?;
    same("deliveries", bodies(&first), ["a", "b"])?;
    same("deliveries, again", bodies(&second?), ["a", "b"])?;
    trial.record_pings(&first[..1]).await?;

    let rest = trial.journal.next(2).await?;
    same(
        "deliveries after one was recorded",
        bodies(&rest),
        ["b", "c"],
    )
}

pub(super) async fn a_delivery_that_was_left_out_is_handed_out_again<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.append_all(&["a", "b", "c", "d"]).await?;
    let mut taken = trial.journal.next(4).await?;
    taken.remove(1);

    trial.record_pings(&taken).await?;

    let rest = trial.journal.next(4).await?;
    same("deliveries", bodies(&rest), ["b", "c", "d"])
}

pub(super) async fn an_unrecorded_delivery_is_handed_out_again_after_a_crash<
    U: JournalUnderTest,
>(
    trial: Trial<U>,
) -> Checked {
    trial.append_all(&["a", "b"]).await?;
    trial.take_through_marker().await?;

    let trial = trial.crash().await;

    let taken = trial.take_through_marker().await?;
    same("deliveries", bodies(&taken), ["a", "b", "marker", "marker"])
}

pub(super) async fn a_recorded_delivery_is_not_handed_out_again_after_a_crash<
    U: JournalUnderTest,
>(
    trial: Trial<U>,
) -> Checked {
    trial.append_all(&["a", "b", "c"]).await?;
    let taken = trial.take_through_marker().await?;
    trial.record_pings(&taken[..2]).await?;

    let trial = trial.crash().await;

    let taken = trial.take_through_marker().await?;
    same("deliveries", bodies(&taken), ["c", "marker", "marker"])
}
