//! What is no longer kept.

use rusqlite::Connection;
use switchboard_core::journal::LogPosition;

use super::counts::Progress;
use crate::failure::Failure;

/// Some consecutive events, of which the old ones go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Window {
    /// Those after this one.
    pub(crate) after: u64,
    /// Up to this one.
    pub(crate) to: u64,
    /// Recorded at this moment or before, in microseconds.
    pub(crate) cutoff: i64,
}

/// Which events every sink is done with, `?1 < position <= ?2`: no sink comes to them any more, and
/// they are nobody's retry and nobody's dead letter. A sink that is no longer configured has its say
/// like any other.
pub(crate) const DONE: &str = "\
    event.position > ?1 AND event.position <= ?2 \
    AND event.position <= (SELECT coalesce(min(position), (SELECT events FROM progress)) FROM sink) \
    AND NOT EXISTS (SELECT 1 FROM dead WHERE dead.event = event.position) \
    AND NOT EXISTS (SELECT 1 FROM sink JOIN retry \
        ON retry.sink = sink.name AND retry.event = event.position)";

/// Removes the events that every sink is done with, and what is linked to them. Answers how many.
pub(super) fn events(
    connection: &Connection,
    window: Window,
    progress: &mut Progress,
) -> Result<u64, Failure> {
    let Window { after, to, cutoff } = window;
    let removed = connection
        .prepare_cached(&format!(
            "DELETE FROM event WHERE {DONE} AND recorded <= ?3"
        ))?
        .execute((after, to, cutoff))? as u64;
    connection
        .prepare_cached(
            "DELETE FROM duplicate WHERE event > ?1 AND event <= ?2 \
             AND NOT EXISTS (SELECT 1 FROM event WHERE event.position = duplicate.event)",
        )?
        .execute((after, to))?;
    progress.expired_events += removed;
    Ok(removed)
}

/// Gives up deliveries that are undecoded. Answers how many.
pub(super) fn undecoded(
    connection: &Connection,
    deliveries: &[LogPosition],
    progress: &mut Progress,
) -> Result<u64, Failure> {
    let mut statement = connection.prepare_cached("DELETE FROM undecoded WHERE position = ?1")?;
    let mut removed = 0;
    for delivery in deliveries {
        removed += statement.execute([delivery.0])? as u64;
    }
    progress.undecoded -= removed;
    progress.expired_undecoded += removed;
    Ok(removed)
}
