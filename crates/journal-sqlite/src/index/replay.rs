//! Recording events again.

use std::sync::Arc;

use switchboard_core::journal::Replay;
use switchboard_core::sink::Envelope;

use super::record::{Kept, Recording};
use crate::failure::Failure;
use crate::sinks::Sinks;

/// Records those whose id is new and that have a sink to go to. Answers how many.
pub(super) fn replay(
    recording: &mut Recording<'_>,
    replays: &[Replay],
    sinks: &Sinks,
) -> Result<u64, Failure> {
    let before = recording.progress.replayed;
    for replay in replays {
        let is_known = |name: &String| sinks.contains_key(name);
        let only = replay.sinks.as_ref();
        if !only.is_none_or(|only| only.iter().any(is_known)) {
            continue;
        }
        let only = only.map(|only| serde_json::to_string(only).expect("names are JSON"));
        let envelope = Arc::new(Envelope::sealed(replay.event.clone()));
        if let Kept::New = recording.keep(replay.delivery, &envelope, only.as_deref())? {
            recording.progress.replayed += 1;
        }
    }
    Ok(recording.progress.replayed - before)
}
