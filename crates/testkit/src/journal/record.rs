//! Events are recorded in one transaction, each (`source`, `id`) once for ever.

use std::future::ready;
use std::iter::zip;

use serde_json::{Value, json};
use switchboard_core::journal::{Decoded, EventPosition, Journal, Tally};
use switchboard_core::sink::Envelope;

use super::JournalUnderTest;
use super::samples::{at, event, event_of, event_with, events, undecoded};
use super::trial::{Broken, Checked, Trial, bodies, keys, same};

pub(super) async fn events_come_out_as_they_were_recorded<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2"])).await?;
    trial.record(events(["3"])).await?;

    let claims = trial
        .expect_claims("a", "me", at(0), &["1", "2", "3"])
        .await?
        .claims;

    let positions = claims.iter().map(|claim| claim.position);
    same("positions grow", positions.is_sorted(), true)?;
    for (claim, event) in zip(&claims, events(["1", "2", "3"])) {
        same("the event", claim.envelope.event(), &event)?;
        let json = Envelope::new(event).json().clone();
        same("its JSON", claim.envelope.json(), &json)?;
        same("attempts", claim.attempts, 0)?;
        same("the first attempt", claim.first_attempt, None)?;
    }
    Ok(())
}

pub(super) async fn a_tally_counts_every_draft_and_every_undecoded_delivery<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.append_all(&["events", "ping", "undecoded"]).await?;
    let taken = trial.take_through_marker().await?;
    let outcomes = [
        Ok(events(["1", "2", "1"])),
        Ok(Vec::new()),
        Err(undecoded()),
        Ok(events(["2", "3"])),
    ];
    let batch: Vec<Decoded> = zip(&taken, outcomes)
        .map(|(stored, outcome)| Decoded::new(stored.position, outcome))
        .collect();

    let tally = trial.journal.record(&batch).await?;

    let expected = Tally {
        events: 3,
        duplicates: 2,
        undecoded: 1,
    };
    same("the tally", tally, expected)
}

pub(super) async fn a_duplicate_within_a_batch_is_not_kept<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;

    let tally = trial.record(events(["1", "1", "2"])).await?;

    same("the tally", tally, counted(2, 1))?;
    let expected = trial.expect_claims("a", "me", at(0), &["1", "2"]).await;
    expected.map(drop)
}

pub(super) async fn a_duplicate_of_an_earlier_batch_is_not_kept<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2"])).await?;

    let tally = trial.record(events(["2", "3"])).await?;

    same("the tally", tally, counted(1, 1))?;
    let expected = trial
        .expect_claims("a", "me", at(0), &["1", "2", "3"])
        .await;
    expected.map(drop)
}

pub(super) async fn a_duplicate_from_before_a_crash_is_not_kept<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2"])).await?;

    let trial = trial.crash().await;

    let tally = trial.record(events(["2", "3"])).await?;
    same("the tally", tally, counted(1, 1))?;
    let expected = trial
        .expect_claims("a", "me", at(0), &["1", "2", "3"])
        .await;
    expected.map(drop)
}

pub(super) async fn an_id_is_unique_within_its_source_only<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let same_id = vec![event_of("support", "1"), event_of("sales", "1")];

    let tally = trial.record(same_id).await?;

    same("the tally", tally, counted(2, 0))
}

pub(super) async fn a_dropped_record_is_whole_or_absent<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.append_all(&["a", "b"]).await?;
    let taken = trial.take_through_marker().await?;
    let batch: Vec<Decoded> = taken
        .iter()
        .map(|stored| {
            Decoded::new(
                stored.position,
                Ok(vec![event(&stored.position.to_string())]),
            )
        })
        .collect();
    tokio::select! {
        biased;
        tally = trial.journal.record(&batch) => same("the tally", tally?, counted(3, 0))?,
        () = ready(()) => {}
    }

    let trial = trial.crash().await;

    let taken = bodies(&trial.take_through_marker().await?);
    let events = trial.claim("a", "me", at(0)).await?.claims.len();
    match events {
        3 => same("deliveries beside all events", taken, ["marker"]),
        0 => same("deliveries", taken, ["a", "b", "marker", "marker"]),
        _ => Err(Broken::new(format!("{events} of 3 events were recorded"))),
    }
}

pub(super) async fn recorded_after_waits_for_an_event<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.record(events(["1"])).await?;
    let start = EventPosition::default();
    trial.journal.recorded_after(start).await?;
    trial.journal.subscribe("a").await?;
    let head = trial.claim("a", "me", at(0)).await?.head;

    let mut recorded = trial.journal.recorded_after(head);
    tokio::select! {
        biased;
        early = &mut recorded => {
            early?;
            return Err(Broken::new("it answered before an event was recorded"));
        }
        tally = trial.record(events(["1"])) => same("the tally", tally?, counted(0, 1))?,
    }
    trial.record(events(["2"])).await?;

    Ok(recorded.await?)
}

pub(super) async fn an_event_of_any_depth_holds_nobody_up<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    let deep = (0..300).fold(Value::Null, |inner, _| json!([inner]));
    let mut batch = vec![event_with("deep", deep)];
    batch.extend(events(["1", "2"]));
    trial.record(batch).await?;

    // Whether the deep one can be given to a sink is the journal's affair.
    let mut claimed = keys(&trial.claim("a", "me", at(0)).await?.claims);
    claimed.retain(|key| key != "deep");

    same("the events behind it", claimed, ["1", "2"])
}

/// The tally of a batch without undecoded deliveries.
fn counted(events: u64, duplicates: u64) -> Tally {
    Tally {
        events,
        duplicates,
        undecoded: 0,
    }
}
