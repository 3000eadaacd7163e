//! Recording events again.

use rusqlite::Connection;
use switchboard_core::journal::{LogPosition, Replay};

use super::counts::Progress;
use super::record::{Kept, Row, keep};
use crate::failure::Failure;
use crate::sinks::Sinks;

/// A replay made ready by whoever asks.
#[derive(Debug)]
pub(crate) struct Replayed {
    delivery: LogPosition,
    row: Row,
    only: Option<Vec<String>>,
}

impl Replayed {
    pub(crate) fn new(replay: &Replay) -> Self {
        let sinks = replay.sinks.as_ref();
        let sinks = sinks.map(|sinks| serde_json::to_string(sinks).expect("names are JSON"));
        Self {
            delivery: replay.delivery,
            row: Row::new(&replay.event).only_for(sinks),
            only: replay.sinks.clone(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.row.bytes()
    }
}

/// Records those whose id is new and that have a sink to go to. Answers how many.
pub(super) fn replay(
    connection: &Connection,
    replays: &[Replayed],
    sinks: &Sinks,
    progress: &mut Progress,
) -> Result<u64, Failure> {
    let before = progress.replayed;
    for replay in replays {
        let is_known = |name: &String| sinks.contains_key(name);
        let has_sink = replay.only.as_ref();
        if has_sink.is_none_or(|only| only.iter().any(is_known))
            && let Kept::New = keep(connection, replay.delivery, &replay.row, progress)?
        {
            progress.replayed += 1;
        }
    }
    Ok(progress.replayed - before)
}
