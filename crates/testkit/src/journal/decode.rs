//! Deliveries are handed out to be decoded, once an opening until they are recorded.

use std::future::ready;

use switchboard_core::journal::{Decoded, Journal, Stored};

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

    let mut taken = Vec::new();
    while taken.len() < 5 {
        let batch = trial.journal.next(2).await?;
        same("1 or 2 deliveries", (1..=2).contains(&batch.len()), true)?;
        taken.extend(bodies(&batch));
    }

    same("deliveries", taken, ["a", "b", "c", "d", "e"])
}

pub(super) async fn each_delivery_is_handed_out_once<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.append_all(&["a", "b", "c", "d"]).await?;

    let (first, second) = tokio::join!(trial.journal.next(2), trial.journal.next(2));
    let mut taken = bodies(&first?);
    taken.extend(bodies(&second?));
    taken.extend(bodies(&trial.take_through_marker().await?));

    taken.sort();
    same("deliveries", taken, ["a", "b", "c", "d", "marker"])
}

pub(super) async fn a_dropped_next_hands_nothing_out<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let mut taken = Vec::new();
    for body in ["a", "b", "c"] {
        // Dropped while it waits, and dropped while it may be at work.
        for appended in [None, Some(body)] {
            if let Some(body) = appended {
                trial.append(intake(body)).await?;
            }
            tokio::select! {
                biased;
                batch = trial.journal.next(10) => taken.extend(bodies(&batch?)),
                () = ready(()) => {}
            }
        }
    }

    taken.extend(bodies(&trial.take_through_marker().await?));

    same("deliveries", taken, ["a", "b", "c", "marker"])
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
    let nothing: Vec<Decoded> = taken[..2].iter().map(ping).collect();
    trial.journal.record(&nothing).await?;

    let trial = trial.crash().await;

    let taken = trial.take_through_marker().await?;
    same("deliveries", bodies(&taken), ["c", "marker", "marker"])
}

/// A delivery that was decoded to no events.
fn ping(stored: &Stored) -> Decoded {
    Decoded {
        position: stored.position,
        outcome: Ok(Vec::new()),
    }
}
