//! The index against itself.

use rusqlite::Connection;
use switchboard_core::journal::EventPosition;

use super::{Findings, count};
use crate::failure::Failure;
use crate::index::{Progress, progress, sinks};
use crate::sinks::Sink;

pub(super) fn check(index: &Connection, findings: &mut Findings) -> Result<(), Failure> {
    let progress = progress(index)?;
    let kept = progress.events.0.saturating_sub(progress.expired_events);
    findings.same("events", kept, count(index, "SELECT count(*) FROM event")?);
    let last = count(index, "SELECT coalesce(max(position), 0) FROM event")?;
    findings.holds(
        last <= progress.events.0,
        format!("event {last} is behind the last one, {}", progress.events),
    );
    let undecoded = count(index, "SELECT count(*) FROM undecoded")?;
    findings.same("undecoded deliveries", progress.undecoded, undecoded);
    // Damaged ones are noted before their turn comes.
    let ahead = count(
        index,
        "SELECT count(*) FROM undecoded WHERE position > (SELECT decoded_to FROM progress)",
    )?;
    findings.same(
        "recorded deliveries",
        progress.decoded + progress.undecoded + progress.expired_undecoded,
        progress.decoded_to.0 + ahead,
    );
    for table in ["retry", "dead"] {
        let lost = count(
            index,
            &format!(
                "SELECT count(*) FROM {table} WHERE NOT EXISTS \
                 (SELECT 1 FROM event WHERE event.position = {table}.event)"
            ),
        )?;
        findings.same(format!("rows in {table} whose event is gone"), 0, lost);
    }
    let stray = count(
        index,
        "SELECT count(*) FROM attempt AS a WHERE NOT EXISTS \
             (SELECT 1 FROM retry AS r WHERE r.sink = a.sink AND r.event = a.event) \
         AND NOT EXISTS (SELECT 1 FROM dead AS d WHERE d.sink = a.sink AND d.event = a.event)",
    )?;
    findings.same("attempts at nothing that waits or is dead", 0, stray);
    for (name, sink) in sinks(index)? {
        check_sink(index, &name, &sink, &progress, findings)?;
    }
    Ok(())
}

fn check_sink(
    index: &Connection,
    name: &str,
    sink: &Sink,
    progress: &Progress,
    findings: &mut Findings,
) -> Result<(), Failure> {
    let rows = |table: &str| -> Result<u64, Failure> {
        let sql = format!("SELECT count(*) FROM {table} WHERE sink = ?1");
        Ok(index.query_row(&sql, [name], |row| row.get(0))?)
    };
    let counts = &sink.counts;
    let what = |what: &str| format!("{what} of sink `{name}`");
    findings.same(what("waiting events"), counts.retrying, rows("retry")?);
    findings.same(what("dead letters"), counts.dead, rows("dead")?);

    let start: u64 = index.query_row("SELECT start FROM sink WHERE name = ?1", [name], |row| {
        row.get(0)
    })?;
    let EventPosition(position) = sink.position();
    let spans = sink.settled();
    let is_in_order = start <= position
        && spans.iter().all(|(first, last)| first <= last)
        && spans.windows(2).all(|pair| pair[0].1 < pair[1].0)
        && spans.first().is_none_or(|(first, _)| *first > position)
        && spans.last().map_or(position, |(_, last)| *last) <= progress.events.0;
    findings.holds(
        is_in_order,
        format!("sink `{name}` stands at {position} and {spans:?}"),
    );
    if is_in_order {
        let settled: u64 = spans.iter().map(|(first, last)| last - first + 1).sum();
        let done = counts.delivered + counts.unmatched + counts.dead + counts.expired;
        findings.same(
            what("settled events"),
            done + counts.retrying,
            position - start + settled,
        );
    }
    Ok(())
}
