//! A closed journal says so, and has kept what it had.

use std::future::ready;

use switchboard_core::journal::{
    AppendError, ClaimRequest, Decoded, EventPosition, Fault, Journal, JournalError, LogPosition,
    Settlement, Verdict,
};

use super::JournalUnderTest;
use super::samples::{at, events, intake};
use super::trial::{Broken, Checked, Trial, bodies, request, same};

pub(super) async fn after_close_every_call_says_stopped<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1"])).await?;

    trial.journal.close().await?;

    let journal = &trial.journal;
    let decoded = Decoded::new(LogPosition(1), Ok(events(["2"])));
    let request = ClaimRequest {
        limit: 10,
        ..request("a", "me", at(0))
    };
    let settlement = Settlement {
        position: EventPosition(1),
        verdict: Verdict::Delivered,
        attempt: None,
    };
    let append = journal.append(&intake("late")).await;
    let is_stopped = matches!(append, Err(AppendError::Stopped));
    same("append says that it has stopped", is_stopped, true)?;
    let is_ready = matches!(journal.ready(), Err(AppendError::Stopped));
    same("ready says that it has stopped", is_ready, true)?;
    stopped("next", journal.next(10).await)?;
    stopped("record", journal.record(&[decoded]).await)?;
    stopped("subscribe", journal.subscribe("b").await)?;
    stopped("claim", journal.claim(&request).await)?;
    stopped("settle", journal.settle("a", "me", &[settlement]).await)?;
    let start = EventPosition::default();
    stopped("recorded_after", journal.recorded_after(start).await)?;
    stopped("delivery", journal.delivery(LogPosition(1)).await)
}

pub(super) async fn close_wakes_those_who_wait<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    let mut next = trial.journal.next(10);
    let mut recorded = trial.journal.recorded_after(EventPosition::default());
    let mut fault = trial.journal.stopped();
    tokio::select! {
        biased;
        _ = &mut next => return Err(Broken::new("next did not wait")),
        _ = &mut recorded => return Err(Broken::new("recorded_after did not wait")),
        _ = &mut fault => return Err(Broken::new("stopped did not wait")),
        () = ready(()) => {}
    }

    trial.journal.close().await?;

    stopped("next", next.await)?;
    stopped("recorded_after", recorded.await)?;
    let fault = fault.await;
    same(
        "the fault is `Closed`",
        matches!(fault, Fault::Closed),
        true,
    )
}

pub(super) async fn what_was_kept_survives_a_close<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1"])).await?;
    trial.append_all(&["a", "b"]).await?;

    trial.journal.close().await?;
    let trial = trial.crash().await;

    let taken = trial.take_through_marker().await?;
    same("deliveries", bodies(&taken), ["a", "b", "marker"])?;
    let claims = trial.expect_claims("a", "me", at(0), &["1"]).await;
    claims.map(drop)
}

fn stopped<T>(call: &str, answer: Result<T, JournalError>) -> Checked {
    let is_stopped = matches!(answer, Err(JournalError::Stopped));
    same(
        &format!("{call} says that it has stopped"),
        is_stopped,
        true,
    )
}
