//! A claim is one owner's, for a while.

use switchboard_core::journal::{Journal, Verdict};

use super::JournalUnderTest;
use super::samples::{at, events};
use super::trial::{Checked, LEASE, Trial};

pub(super) async fn a_leased_event_is_claimed_by_nobody<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = with_one_event(trial).await?;

    trial.expect_claims("a", "me", at(0), &["1"]).await?;

    let nearly_over = LEASE.as_secs() - 1;
    for owner in ["me", "you"] {
        trial
            .expect_claims("a", owner, at(nearly_over), &[])
            .await?;
    }
    Ok(())
}

pub(super) async fn an_expired_lease_is_claimable<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    let trial = with_one_event(trial).await?;
    trial.expect_claims("a", "me", at(0), &["1"]).await?;

    let over = LEASE.as_secs();
    let claims = trial.expect_claims("a", "you", at(over), &["1"]).await?;

    trial
        .settle("a", "you", &claims.claims, Verdict::Delivered, None)
        .await?;
    let nothing = trial.expect_claims("a", "me", at(10 * over), &[]).await;
    nothing.map(drop)
}

pub(super) async fn a_lease_ends_with_a_crash<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    let trial = with_one_event(trial).await?;
    trial.expect_claims("a", "me", at(0), &["1"]).await?;

    let trial = trial.crash().await;

    let claims = trial.expect_claims("a", "you", at(0), &["1"]).await;
    claims.map(drop)
}

pub(super) async fn a_stranger_settles_nothing<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    let trial = with_one_event(trial).await?;
    let claims = trial.expect_claims("a", "me", at(0), &["1"]).await?;

    trial
        .settle("a", "you", &claims.claims, Verdict::Delivered, None)
        .await?;

    let over = LEASE.as_secs();
    let claims = trial.expect_claims("a", "me", at(over), &["1"]).await;
    claims.map(drop)
}

pub(super) async fn a_former_owner_settles_nothing<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = with_one_event(trial).await?;
    let over = LEASE.as_secs();
    let claims = trial.expect_claims("a", "me", at(0), &["1"]).await?;
    trial.expect_claims("a", "you", at(over), &["1"]).await?;

    trial
        .settle("a", "me", &claims.claims, Verdict::Delivered, None)
        .await?;

    let claims = trial.expect_claims("a", "me", at(2 * over), &["1"]).await;
    claims.map(drop)
}

async fn with_one_event<U: JournalUnderTest>(trial: Trial<U>) -> Checked<Trial<U>> {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1"])).await?;
    Ok(trial)
}
