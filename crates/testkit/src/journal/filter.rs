//! A sink is given what it wants, and nothing else waits on its account.

use std::sync::Arc;

use switchboard_core::Filter;
use switchboard_core::journal::{ClaimRequest, Journal, Records, Verdict};

use super::JournalUnderTest;
use super::samples::{at, event_of, events};
use super::trial::{Checked, Trial, keys, request, same};

/// Events of the endpoint `wanted`.
fn wanted() -> Arc<Filter> {
    let mut filter = Filter::default();
    filter.endpoints = Some(["wanted".to_owned()].into());
    Arc::new(filter)
}

pub(super) async fn what_does_not_match_is_passed_over_for_good<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    let (no, yes) = (event_of("other", "no"), event_of("wanted", "yes"));
    trial.record(vec![no.clone(), yes, no]).await?;
    let filter = wanted();
    let picky = ClaimRequest {
        filter: &filter,
        ..request("a", "me", at(0))
    };

    let claims = trial.claim_all(&picky).await?.claims;
    same("events", keys(&claims), ["yes"])?;
    trial
        .settle("a", "me", &claims, Verdict::Delivered, None)
        .await?;

    // The filter was another then; what was done with is done with, after a crash too.
    let trial = trial.crash().await;
    trial.expect_claims("a", "me", at(1), &[]).await?;
    let counters = trial.journal.counters().await?;
    same("delivered", counters.sinks[0].delivered, 1)?;
    same("unmatched", counters.sinks[0].unmatched, 1)
}

pub(super) async fn a_filter_that_drops_nearly_all_finds_the_rest<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    let mut all: Vec<String> = (0..1500).map(|key| key.to_string()).collect();
    trial.record(events(&all)).await?;
    trial.record(vec![event_of("wanted", "yes")]).await?;
    all.clear();
    let filter = wanted();
    let picky = ClaimRequest {
        filter: &filter,
        limit: 1,
        ..request("a", "me", at(0))
    };

    // Who is given nothing waits for something new: one claim has to find it.
    let claims = trial.journal.claim(&picky).await?.claims;

    same("events", keys(&claims), ["yes"])
}
