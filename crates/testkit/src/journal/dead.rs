//! Dead letters come back when somebody asks, and not otherwise.

use switchboard_core::journal::{Cause, DeadFilter, Journal, Records, Verdict};

use super::JournalUnderTest;
use super::samples::{at, events};
use super::trial::{Checked, Trial, failed, same};

/// Two events, of which the first is dead.
async fn with_a_dead_letter<U: JournalUnderTest>(trial: Trial<U>) -> Checked<Trial<U>> {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2"])).await?;
    let claims = trial.claim("a", "me", at(0)).await?.claims;
    let dead = Verdict::Dead(Cause::SinkRejected);
    trial
        .settle("a", "me", &claims[..1], dead, failed(at(0)))
        .await?;
    Ok(trial)
}

pub(super) async fn a_revived_event_comes_back_with_a_new_budget<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = with_a_dead_letter(trial).await?;
    let letters = trial.journal.dead_letters(&DeadFilter::last(10)).await?;
    same("dead letters", letters.len(), 1)?;
    let letter = &letters[0];
    same("its sink", letter.sink.as_str(), "a")?;
    same("its cause", letter.cause, Cause::SinkRejected)?;
    same(
        "its attempts",
        letter.attempts.clone(),
        Vec::from_iter(failed(at(0))),
    )?;

    let revived = trial.journal.revive("a", &[letter.event]).await?;

    same("revived", revived, 1)?;
    let letters = trial.journal.dead_letters(&DeadFilter::last(10)).await?;
    same("dead letters", letters.len(), 0)?;
    let trial = trial.crash().await;
    let claims = trial.claim("a", "me", at(1)).await?.claims;
    let revived = claims.iter().find(|claim| claim.position == letter.event);
    same("attempts", revived.map(|claim| claim.attempts), Some(0))?;
    same(
        "first attempt",
        revived.and_then(|claim| claim.first_attempt),
        None,
    )
}

pub(super) async fn what_is_not_dead_is_not_revived<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = with_a_dead_letter(trial).await?;
    trial.journal.subscribe("b").await?;
    let dead = trial.journal.dead_letters(&DeadFilter::last(10)).await?[0].event;
    let mut alive = dead;
    alive.0 += 1;
    let mut unknown = dead;
    unknown.0 += 7;

    let revived = trial.journal.revive("a", &[alive, unknown]).await?;
    same("revived", revived, 0)?;
    for sink in ["b", "nobody"] {
        let revived = trial.journal.revive(sink, &[dead]).await?;
        same(&format!("revived at {sink}"), revived, 0)?;
    }
    let twice = trial.journal.revive("a", &[dead, dead]).await?;
    same("revived twice", twice, 1)?;
    let counters = trial.journal.counters().await?;
    same("dead", counters.sinks[0].dead, 0)?;
    same("pending", counters.sinks[0].pending, 2)
}

pub(super) async fn a_discarded_event_is_gone<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    let trial = with_a_dead_letter(trial).await?;
    let dead = trial.journal.dead_letters(&DeadFilter::last(10)).await?[0].event;

    let discarded = trial.journal.discard("a", &[dead, dead]).await?;

    same("discarded", discarded, 1)?;
    let trial = trial.crash().await;
    trial.expect_claims("a", "me", at(1), &["2"]).await?;
    let counters = trial.journal.counters().await?;
    same("dead", counters.sinks[0].dead, 0)?;
    same("expired", counters.sinks[0].expired, 1)?;
    let revived = trial.journal.revive("a", &[dead]).await?;
    same("revived", revived, 0)
}
