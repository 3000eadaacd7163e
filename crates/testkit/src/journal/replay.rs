//! An event can be brought again, to all or to some.

use switchboard_core::Event;
use switchboard_core::journal::{Journal, LogPosition, Records, Replay};

use super::JournalUnderTest;
use super::samples::{at, event, events};
use super::trial::{Checked, Trial, same};

fn replay(key: &str, sinks: Option<&[&str]>) -> Replay {
    let original = event("1");
    let mut event: Event = event(key);
    event.replayof = Some(original.id);
    Replay {
        delivery: LogPosition(1),
        event,
        sinks: sinks.map(|sinks| sinks.iter().map(|&sink| sink.to_owned()).collect()),
    }
}

pub(super) async fn a_replay_is_an_event_of_its_own<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2"])).await?;

    let replayed = trial
        .journal
        .replay(&[
            replay("1-again", None),
            replay("1-again", None),
            replay("2", None),
        ])
        .await?;

    same("replayed", replayed, 1)?;
    let trial = trial.crash().await;
    let claims = trial
        .expect_claims("a", "me", at(0), &["1", "2", "1-again"])
        .await?
        .claims;
    let event = claims[2].envelope.event();
    same(
        "replayof",
        event.replayof.clone(),
        Some(self::event("1").id),
    )?;
    let counters = trial.journal.counters().await?;
    same("events", counters.events, 3)?;
    same("of those replayed", counters.replayed, 1)
}

pub(super) async fn a_replay_goes_to_its_sinks_alone<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    for sink in ["a", "b", "c"] {
        trial.journal.subscribe(sink).await?;
    }
    trial.record(events(["1"])).await?;

    let replays = [
        replay("r", Some(&["a", "c"])),
        replay("s", Some(&["nobody"])),
    ];
    let replayed = trial.journal.replay(&replays).await?;

    same("replayed", replayed, 1)?;
    trial.expect_claims("a", "me", at(0), &["1", "r"]).await?;
    trial.expect_claims("b", "me", at(0), &["1"]).await?;
    let claims = trial.expect_claims("c", "me", at(0), &["1", "r"]).await;
    claims.map(drop)
}
