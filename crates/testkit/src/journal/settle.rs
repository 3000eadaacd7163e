//! What becomes of an event at a sink.

use switchboard_core::journal::{Cause, Journal, LONGEST_PAUSE, Verdict};

use super::JournalUnderTest;
use super::samples::{at, events};
use super::trial::{Checked, LEASE, Trial, failed, same};

pub(super) async fn a_delivered_event_never_comes_back<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    never_comes_back(trial, Verdict::Delivered).await
}

pub(super) async fn a_dead_event_never_comes_back<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    never_comes_back(trial, Verdict::Dead(Cause::Exhausted)).await
}

pub(super) async fn a_retry_comes_back_when_due_and_not_before<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = with_a_retry(trial).await?;

    trial.expect_claims("a", "me", at(59), &[]).await?;

    let claims = trial.expect_claims("a", "me", at(60), &["1"]).await?.claims;
    same("attempts", claims[0].attempts, 1)?;
    same("first attempt", claims[0].first_attempt, Some(at(0)))
}

pub(super) async fn a_retry_survives_a_crash<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    let trial = with_a_retry(trial).await?;
    let claims = trial.claim("a", "me", at(60)).await?.claims;
    trial
        .settle("a", "me", &claims, Verdict::Retry(at(300)), failed(at(60)))
        .await?;

    let trial = trial.crash().await;
    let claims = trial.expect_claims("a", "me", at(299), &[]).await?;
    same("the next due", claims.next_due, Some(at(300)))?;

    let claims = trial
        .expect_claims("a", "me", at(300), &["1"])
        .await?
        .claims;
    same("attempts", claims[0].attempts, 2)?;
    same("first attempt", claims[0].first_attempt, Some(at(0)))
}

pub(super) async fn attempts_are_counted_where_one_was_made<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1"])).await?;
    let claims = trial.expect_claims("a", "me", at(0), &["1"]).await?.claims;

    trial
        .settle("a", "me", &claims, Verdict::Retry(at(60)), None)
        .await?;

    let claims = trial.expect_claims("a", "me", at(60), &["1"]).await?.claims;
    same("attempts", claims[0].attempts, 0)?;
    same("first attempt", claims[0].first_attempt, None)
}

pub(super) async fn the_next_due_is_the_earliest<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2", "3"])).await?;
    let claims = trial
        .expect_claims("a", "me", at(0), &["1", "2", "3"])
        .await?;
    same("the next due of fresh events", claims.next_due, None)?;
    for (claim, due) in claims.claims.chunks(1).zip([120, 60, 180]) {
        trial
            .settle("a", "me", claim, Verdict::Retry(at(due)), failed(at(0)))
            .await?;
    }

    let claims = trial.expect_claims("a", "me", at(1), &[]).await?;
    same("the next due", claims.next_due, Some(at(60)))?;
    let claims = trial.expect_claims("a", "me", at(60), &["2"]).await?;
    same("the next due of the others", claims.next_due, Some(at(120)))
}

pub(super) async fn a_clock_that_was_set_back_delays_no_retry_for_long<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let hour = 3600;
    let longest = LONGEST_PAUSE.as_secs();
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2"])).await?;
    let claims = trial.claim("a", "me", at(0)).await?.claims;
    for (claim, due) in claims.chunks(1).zip([longest, longest + hour]) {
        trial
            .settle("a", "me", claim, Verdict::Retry(at(due)), None)
            .await?;
    }

    // By a clock that shows noon the second one waits for too long, and the first one does not.
    let claims = trial.expect_claims("a", "me", at(0), &["2"]).await?;
    same("the next due", claims.next_due, Some(at(longest)))
}

/// Settles one of two events with `verdict`.
async fn never_comes_back<U: JournalUnderTest>(trial: Trial<U>, verdict: Verdict) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2"])).await?;
    let claims = trial
        .expect_claims("a", "me", at(0), &["1", "2"])
        .await?
        .claims;
    trial
        .settle("a", "me", &claims[..1], verdict, failed(at(0)))
        .await?;

    let over = LEASE.as_secs();
    let claims = trial.expect_claims("a", "me", at(over), &["2"]).await?;
    same("the next due", claims.next_due, None)?;
    let trial = trial.crash().await;
    let claims = trial.expect_claims("a", "me", at(over), &["2"]).await;
    claims.map(drop)
}

/// One event that failed at noon and is due a minute later.
async fn with_a_retry<U: JournalUnderTest>(trial: Trial<U>) -> Checked<Trial<U>> {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1"])).await?;
    let claims = trial.expect_claims("a", "me", at(0), &["1"]).await?.claims;
    trial
        .settle("a", "me", &claims, Verdict::Retry(at(60)), failed(at(0)))
        .await?;
    Ok(trial)
}
