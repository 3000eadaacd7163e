//! Every sink has its own place among the events.

use switchboard_core::journal::{ClaimRequest, Journal, MAX_CLAIM_BYTES, MAX_UNSETTLED, Verdict};

use super::JournalUnderTest;
use super::samples::{at, event, event_with, events};
use super::trial::{Checked, Trial, failed, keys, request, same};

pub(super) async fn a_new_sink_starts_at_the_end<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    trial.record(events(["before"])).await?;
    trial.journal.subscribe("a").await?;

    trial.record(events(["after"])).await?;

    let claims = trial.expect_claims("a", "me", at(0), &["after"]).await;
    claims.map(drop)
}

pub(super) async fn a_known_sink_keeps_its_place<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2"])).await?;
    let claims = trial.claim("a", "me", at(0)).await?.claims;
    trial
        .settle("a", "me", &claims[..1], Verdict::Delivered, None)
        .await?;

    let trial = trial.crash().await;
    trial.record(events(["3"])).await?;
    trial.journal.subscribe("a").await?;

    let claims = trial.expect_claims("a", "me", at(0), &["2", "3"]).await;
    claims.map(drop)
}

pub(super) async fn sinks_are_independent<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.journal.subscribe("b").await?;
    trial.record(events(["1", "2"])).await?;

    let claims = trial
        .expect_claims("a", "me", at(0), &["1", "2"])
        .await?
        .claims;
    trial
        .settle("a", "me", &claims, Verdict::Delivered, None)
        .await?;
    let claims = trial
        .expect_claims("b", "me", at(0), &["1", "2"])
        .await?
        .claims;
    // A settlement of one sink means nothing at another.
    trial
        .settle("a", "me", &claims, Verdict::Delivered, None)
        .await?;

    let trial = trial.crash().await;
    trial.expect_claims("a", "me", at(0), &[]).await?;
    let claims = trial.expect_claims("b", "me", at(0), &["1", "2"]).await;
    claims.map(drop)
}

pub(super) async fn a_claim_keeps_to_its_limit<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2", "3"])).await?;
    let request = ClaimRequest {
        limit: 1,
        ..request("a", "me", at(0))
    };

    for expected in ["1", "2", "3"] {
        let claims = trial.journal.claim(&request).await?.claims;
        same("events", keys(&claims), [expected])?;
    }
    Ok(())
}

pub(super) async fn due_events_come_before_fresh_ones<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2"])).await?;
    let claims = trial.claim("a", "me", at(0)).await?.claims;
    trial
        .settle("a", "me", &claims, Verdict::Retry(at(60)), failed(at(0)))
        .await?;
    trial.record(events(["3", "4"])).await?;

    let claims = trial.claim("a", "me", at(60)).await?.claims;

    let mut keys = keys(&claims);
    keys[..2.min(claims.len())].sort();
    same("events", keys, ["1", "2", "3", "4"])
}

pub(super) async fn due_and_fresh_events_take_turns<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    const DUE: [&str; 6] = ["1", "2", "3", "4", "5", "6"];
    trial.journal.subscribe("a").await?;
    trial.record(events(DUE)).await?;
    let claims = trial.claim("a", "me", at(0)).await?.claims;
    trial
        .settle("a", "me", &claims, Verdict::Retry(at(60)), failed(at(0)))
        .await?;
    trial.record(events(["7", "8", "9", "10"])).await?;

    // One slot is each one's in turn, and what one does not need is the other's.
    for (limits, due, fresh) in [(&[4][..], 2, 2), (&[1, 1], 1, 1), (&[4], 3, 1)] {
        let mut claimed = Vec::new();
        for &limit in limits {
            let request = ClaimRequest {
                limit,
                ..request("a", "me", at(60))
            };
            claimed.extend(keys(&trial.journal.claim(&request).await?.claims));
        }
        let is_due = |key: &&String| DUE.contains(&key.as_str());
        let seen = claimed.iter().filter(is_due).count();
        same(&format!("due events in {limits:?} slots"), seen, due)?;
        let seen = claimed.len() - seen;
        same(&format!("fresh events in {limits:?} slots"), seen, fresh)?;
    }
    Ok(())
}

pub(super) async fn a_claim_ends_before_it_grows_too_large<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    let half = |key: &str| event_with(key, "x".repeat(MAX_CLAIM_BYTES / 2).into());
    trial.record(vec![half("1"), half("2"), event("3")]).await?;
    let request = ClaimRequest {
        limit: 100,
        ..request("a", "me", at(0))
    };

    let claims = trial.journal.claim(&request).await?.claims;

    let is_bounded = (1..=2).contains(&claims.len());
    same("one or two large events", is_bounded, true)?;
    let mut claimed = keys(&claims);
    claimed.extend(keys(&trial.claim("a", "me", at(0)).await?.claims));
    same("all events in the end", claimed, ["1", "2", "3"])
}

pub(super) async fn few_fresh_events_are_unsettled_at_once<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    let all: Vec<String> = (0..MAX_UNSETTLED + 50).map(|key| key.to_string()).collect();
    trial.record(events(&all)).await?;

    let mut claims = trial.claim("a", "me", at(0)).await?.claims;
    let is_bounded = (1..=MAX_UNSETTLED).contains(&claims.len());
    same("a bounded number of claims", is_bounded, true)?;

    // What was settled with a retry makes room; so do leases that end, but for themselves alone.
    let retried = claims.split_off(claims.len() - 1);
    trial
        .settle("a", "me", &retried, Verdict::Retry(at(3600)), failed(at(0)))
        .await?;
    let after_retry = trial.claim("a", "me", at(1)).await?.claims;
    same("events that a retry makes room for", after_retry.len(), 1)?;
    let trial = trial.crash().await;
    let again = trial.claim("a", "me", at(2)).await?.claims;
    same("events after a crash", again.len(), claims.len() + 1)?;

    let mut seen = keys(&retried);
    let mut claims = again;
    while !claims.is_empty() {
        seen.extend(keys(&claims));
        trial
            .settle("a", "me", &claims, Verdict::Delivered, None)
            .await?;
        claims = trial.claim("a", "me", at(3)).await?.claims;
    }
    seen.sort_by_key(|key| key.parse::<usize>().ok());
    same("all events in the end", seen, all)
}

pub(super) async fn claims_tell_the_end<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2"])).await?;

    let claims = trial.expect_claims("a", "me", at(0), &["1", "2"]).await?;

    let last = claims.claims.last().map(|claim| claim.position);
    same("the head", Some(claims.head), last)?;
    let nothing = trial.expect_claims("a", "me", at(0), &[]).await?;
    same("the head with nothing left", Some(nothing.head), last)
}
