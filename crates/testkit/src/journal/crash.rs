//! What ends the process can be told from what was beside it.

use switchboard_core::journal::{Journal, Verdict};

use super::JournalUnderTest;
use super::samples::{at, events};
use super::trial::{Checked, Trial, failed, same};

pub(super) async fn what_was_in_flight_at_a_crash_is_a_suspect<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2", "3"])).await?;
    let claims = trial.claim("a", "me", at(0)).await?.claims;
    let is_suspect = claims.iter().any(|claim| claim.is_suspect);
    same("suspects before any crash", is_suspect, false)?;
    trial
        .settle("a", "me", &claims[..1], Verdict::Delivered, None)
        .await?;
    trial
        .settle(
            "a",
            "me",
            &claims[1..2],
            Verdict::Retry(at(1)),
            failed(at(0)),
        )
        .await?;
    let again = trial.claim("a", "me", at(1)).await?.claims;
    same("events that are due", again.len(), 1)?;

    // One was claimed for the first time, one again.
    let trial = trial.crash().await;
    let claims = trial.expect_claims("a", "me", at(2), &["2", "3"]).await?;
    let suspects = claims.claims.iter().filter(|claim| claim.is_suspect);
    same("suspects", suspects.count(), 2)?;

    // An end in order makes none.
    trial.journal.close().await?;
    let trial = trial.crash().await;
    trial.record(events(["4"])).await?;
    let claims = trial.claim("a", "me", at(3)).await?.claims;
    let new = claims.last().map(|claim| claim.is_suspect);
    same("whether a new event is a suspect", new, Some(false))
}

pub(super) async fn a_begin_is_counted_through_crashes<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1"])).await?;
    let mut trial = trial;
    for times in 1..=3 {
        let claims = trial.claim("a", "me", at(times)).await?.claims;
        let begun = trial.journal.begin("a", claims[0].position).await?;
        same("how often it was begun", u64::from(begun), times)?;
        trial = trial.crash().await;
    }

    let claims = trial.claim("a", "me", at(4)).await?.claims;
    trial
        .settle("a", "me", &claims, Verdict::Retry(at(5)), failed(at(4)))
        .await?;
    let claims = trial.claim("a", "me", at(5)).await?.claims;
    same("suspects once it was settled", claims[0].is_suspect, false)?;
    let begun = trial.journal.begin("a", claims[0].position).await?;
    same("how often it was begun since", begun, 1)
}

pub(super) async fn crashes_without_progress_are_counted<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    same("stalls of a new journal", trial.journal.stalls(), 0)?;
    trial.record(events(["1"])).await?;
    let mut trial = trial.crash().await;
    same("stalls with nothing to decode", trial.journal.stalls(), 0)?;
    trial.append_all(&["poison", "more"]).await?;
    for stalls in 1..=3 {
        trial = trial.crash().await;
        same("stalls", trial.journal.stalls(), stalls)?;
    }

    let first = trial.journal.next(1).await?;
    trial.record_pings(&first).await?;
    let trial = trial.crash().await;
    same("stalls after some progress", trial.journal.stalls(), 1)?;
    trial.journal.close().await?;
    let trial = trial.crash().await;
    same("stalls after an end in order", trial.journal.stalls(), 0)
}
