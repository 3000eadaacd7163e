//! What came in, and what became of it.

use rusqlite::{Connection, OptionalExtension as _, Row};
use switchboard_core::Timestamp;
use switchboard_core::journal::{Counters, EventPosition, SinkCounters};

use crate::failure::Failure;
use crate::index::{Progress, moment, progress};
use crate::sinks::Sink;

/// All but what is stored, which the log knows. `memory` knows a sink better where it is open.
pub(super) fn counters<'a>(
    connection: &Connection,
    memory: impl Fn(&str) -> Option<&'a Sink>,
) -> Result<Counters, Failure> {
    let transaction = connection.unchecked_transaction()?;
    let progress = progress(&transaction)?;
    let mut statement = transaction.prepare_cached(
        "SELECT name, start, position, delivered, unmatched, retrying, dead, expired \
         FROM sink ORDER BY name",
    )?;
    let mut rows = statement.query(())?;
    let mut counters = Counters::default();
    counters.decoded = progress.decoded;
    counters.undecoded = progress.undecoded;
    counters.expired_undecoded = progress.expired_undecoded;
    counters.events = progress.events.0;
    counters.expired_events = progress.expired_events;
    counters.duplicates = progress.duplicates;
    counters.replayed = progress.replayed;
    while let Some(row) = rows.next()? {
        let (mut sink, mut position) = sink(row)?;
        if let Some(known) = memory(&sink.name) {
            sink.unmatched = known.counts.unmatched;
            position = known.position();
        }
        let done = sink.delivered + sink.unmatched + sink.dead + sink.expired;
        sink.pending = (progress.events.0 - sink.from.0).saturating_sub(done);
        sink.oldest = oldest(&transaction, &sink.name, position, &progress)?;
        counters.sinks.push(sink);
    }
    Ok(counters)
}

fn sink(row: &Row<'_>) -> rusqlite::Result<(SinkCounters, EventPosition)> {
    let mut sink = SinkCounters::default();
    sink.name = row.get(0)?;
    sink.from = EventPosition(row.get(1)?);
    sink.delivered = row.get(3)?;
    sink.unmatched = row.get(4)?;
    sink.retrying = row.get(5)?;
    sink.dead = row.get(6)?;
    sink.expired = row.get(7)?;
    Ok((sink, EventPosition(row.get(2)?)))
}

/// When the delivery of the first event was received that is neither done nor dead: the one behind
/// the position, or one that waits.
fn oldest(
    connection: &Connection,
    sink: &str,
    position: EventPosition,
    progress: &Progress,
) -> Result<Option<Timestamp>, Failure> {
    let waiting: Option<u64> = connection
        .prepare_cached("SELECT min(event) FROM retry WHERE sink = ?1")?
        .query_row([sink], |row| row.get(0))?;
    let next = (position < progress.events).then_some(position.0 + 1);
    let Some(oldest) = waiting.into_iter().chain(next).min() else {
        return Ok(None);
    };
    let mut statement =
        connection.prepare_cached("SELECT recorded FROM event WHERE position = ?1")?;
    let recorded = statement.query_row([oldest], |row| row.get(0)).optional()?;
    recorded.map(moment).transpose()
}
