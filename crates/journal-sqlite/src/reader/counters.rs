//! What came in, and what became of it.

use rusqlite::{Connection, Row};
use switchboard_core::journal::EventPosition;

use crate::failure::Failure;
use crate::index::progress;

/// What came in, and what became of it. They balance: `stored` = `decoded` + `undecoded` + waiting,
/// and drafts = `events` + `duplicates`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Counters {
    /// Deliveries that were stored.
    pub stored: u64,
    /// Deliveries that were decoded.
    pub decoded: u64,
    /// Deliveries that are undecoded.
    pub undecoded: u64,
    /// Events.
    pub events: u64,
    /// Drafts whose event was there already.
    pub duplicates: u64,
    /// Every sink that was ever subscribed, by name.
    pub sinks: Vec<SinkCounters>,
}

impl Counters {
    /// Deliveries that wait to be decoded.
    pub fn waiting(&self) -> u64 {
        self.stored.saturating_sub(self.decoded + self.undecoded)
    }
}

/// What became of the events that one sink was given. They balance: events since it was subscribed
/// = `delivered` + `unmatched` + `dead` + `retrying` + those that it was not given yet.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SinkCounters {
    /// Its name.
    pub name: String,
    /// Every event up to here was settled at least once.
    pub position: EventPosition,
    /// Events that it has.
    pub delivered: u64,
    /// Events that it did not want.
    pub unmatched: u64,
    /// Events that became dead letters.
    pub dead: u64,
    /// Events that wait for another attempt.
    pub retrying: u64,
}

/// All but what is stored, which the log knows.
pub(super) fn counters(connection: &Connection) -> Result<Counters, Failure> {
    let transaction = connection.unchecked_transaction()?;
    let progress = progress(&transaction)?;
    let sinks = transaction
        .prepare_cached(
            "SELECT name, position, delivered, unmatched, dead, \
                 (SELECT count(*) FROM retry WHERE sink = name) \
             FROM sink ORDER BY name",
        )?
        .query_map((), sink)?
        .collect::<Result<_, _>>()?;
    Ok(Counters {
        stored: 0,
        decoded: progress.decoded,
        undecoded: progress.undecoded,
        events: progress.events.0,
        duplicates: progress.duplicates,
        sinks,
    })
}

fn sink(row: &Row<'_>) -> rusqlite::Result<SinkCounters> {
    Ok(SinkCounters {
        name: row.get(0)?,
        position: EventPosition(row.get(1)?),
        delivered: row.get(2)?,
        unmatched: row.get(3)?,
        dead: row.get(4)?,
        retrying: row.get(5)?,
    })
}
