//! What goes in comes out.

use std::sync::Arc;

use switchboard_core::journal::{Intake, Journal, LogPosition, Stored};
use tokio::task::JoinSet;

use super::JournalUnderTest;
use super::samples::{intake, odd_intakes};
use super::trial::{Broken, Checked, Trial, bodies, same};

pub(super) async fn what_was_acknowledged_is_handed_out_in_order<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let sent = ["a", "b", "c", "d", "e", "f", "g"];
    let mut positions = Vec::new();
    for body in sent {
        positions.push(trial.append(intake(body)).await?);
    }

    let taken = trial.take_through_marker().await?;

    same("positions grow", positions.is_sorted(), true)?;
    same("bodies", &bodies(&taken)[..taken.len() - 1], &sent[..])?;
    let handed_out: Vec<LogPosition> = taken.iter().map(|stored| stored.position).collect();
    same("positions", &handed_out[..positions.len()], &positions[..])
}

pub(super) async fn ready_says_what_an_append_would_and_stores_nothing<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    for body in ["a", "b"] {
        for _ in 0..100 {
            same("it is ready", trial.journal.ready().is_ok(), true)?;
        }
        trial.append(intake(body)).await?;
    }

    let taken = trial.take_through_marker().await?;

    same("bodies", bodies(&taken), ["a", "b", "marker"])
}

pub(super) async fn concurrent_appends_all_come_out_once<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = Arc::new(trial);
    let mut appends = JoinSet::new();
    for number in 0..100 {
        let trial = Arc::clone(&trial);
        appends.spawn(async move {
            let position = trial.append(intake(number.to_string())).await?;
            Ok::<_, Broken>((position, number.to_string()))
        });
    }
    let mut acknowledged: Vec<(LogPosition, String)> = appends
        .join_all()
        .await
        .into_iter()
        .collect::<Checked<_>>()?;

    let mut taken = trial.take_through_marker().await?;

    taken.pop();
    acknowledged.sort();
    let positions = taken.iter().map(|stored| stored.position);
    let taken: Vec<_> = positions.zip(bodies(&taken)).collect();
    same("deliveries", taken, acknowledged)
}

pub(super) async fn bytes_come_out_as_they_went_in<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    for (oddity, sent) in odd_intakes() {
        let position = trial.append(sent.clone()).await?;

        let taken = trial.take_through(position).await?;

        same("deliveries handed out", taken.len(), 1)?;
        unchanged(oddity, &taken[0], &sent)?;
        trial.record_pings(&taken).await?;
    }
    Ok(())
}

pub(super) async fn bytes_survive_a_crash<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    let sent = odd_intakes();
    for (_, intake) in &sent {
        trial.append(intake.clone()).await?;
    }

    let trial = trial.crash().await;

    let taken = trial.take_through_marker().await?;
    same("deliveries handed out", taken.len(), sent.len() + 1)?;
    for ((oddity, sent), taken) in sent.iter().zip(&taken) {
        unchanged(oddity, taken, sent)?;
    }
    Ok(())
}

pub(super) async fn a_delivery_is_found_by_its_position<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let mut positions = Vec::new();
    for (_, intake) in odd_intakes() {
        positions.push(trial.append(intake).await?);
    }

    for ((oddity, sent), position) in odd_intakes().iter().zip(&positions) {
        let found = trial.journal.delivery(*position).await?;
        let found = found.ok_or_else(|| Broken::new(format!("no delivery at {position}")))?;
        same("the position", found.position, *position)?;
        unchanged(oddity, &found, sent)?;
    }
    for nowhere in [LogPosition(0), LogPosition(u64::MAX >> 1)] {
        let found = trial.journal.delivery(nowhere).await?;
        same("a delivery where none is", found.is_some(), false)?;
    }
    Ok(())
}

/// Compares part by part, and shows none of a body: it may be a MiB.
fn unchanged(oddity: &str, taken: &Stored, sent: &Intake) -> Checked {
    let part = |name: &str| format!("{name} of {oddity}");
    let (seen, expected) = (&taken.intake, sent);
    same(&part("endpoint"), &seen.endpoint, &expected.endpoint)?;
    same(&part("adapter"), &seen.adapter, &expected.adapter)?;
    same(&part("proof"), &seen.verified, &expected.verified)?;
    let (seen, expected) = (&seen.delivery, &expected.delivery);
    same(&part("method"), &seen.method, &expected.method)?;
    same(&part("URL"), seen.url.to_string(), expected.url.to_string())?;
    same(&part("peer"), seen.peer, expected.peer)?;
    same(&part("time"), seen.received_at, expected.received_at)?;
    let headers: [Vec<_>; 2] = [seen, expected].map(|delivery| delivery.headers.iter().collect());
    same(&part("headers"), &headers[0], &headers[1])?;
    same(&part("body length"), seen.body.len(), expected.body.len())?;
    let differs = std::iter::zip(&seen.body, &expected.body).position(|(a, b)| a != b);
    same(&part("first byte that differs in the body"), differs, None)
}
