//! What is paused stays so.

use switchboard_core::journal::{Journal, Line, Pause, PausedBy};

use super::JournalUnderTest;
use super::samples::at;
use super::trial::{Checked, Trial, same};

pub(super) async fn a_pause_survives_a_crash<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    let (sink, endpoint) = (Line::Sink("a".into()), Line::Endpoint("a".into()));
    let pause = Pause {
        since: at(0),
        by: PausedBy::Operator,
    };
    let gone = Pause {
        since: at(1),
        by: PausedBy::Gone,
    };
    trial.journal.pause(&sink, Some(pause)).await?;
    trial.journal.pause(&endpoint, Some(pause)).await?;
    trial.journal.pause(&endpoint, Some(gone)).await?;

    let trial = trial.crash().await;
    let both = [(endpoint.clone(), gone), (sink.clone(), pause)].into();
    same("pauses", trial.journal.pauses().await?, both)?;

    trial.journal.pause(&sink, None).await?;
    trial.journal.pause(&sink, None).await?;
    let trial = trial.crash().await;
    let one = [(endpoint, gone)].into();
    same("pauses", trial.journal.pauses().await?, one)
}
