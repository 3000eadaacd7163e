//! Finding events.

use rusqlite::{Connection, Params, params};
use switchboard_core::Glob;
use switchboard_core::journal::{EventFilter, EventPosition, EventRecord, LogPosition};

use crate::failure::Failure;
use crate::index::{EVENT, EventRow, Key, fingerprint, key_of, key_range, stretch, stretches};
use crate::reader::{in_order, number};

pub(super) fn matching(
    connection: &Connection,
    filter: &EventFilter,
) -> Result<Vec<EventRecord>, Failure> {
    let order = match filter.after {
        Some(_) => "ASC",
        None => "DESC",
    };
    let moment = |moment: switchboard_core::Timestamp| moment.as_micros();
    let connection = connection.unchecked_transaction()?;
    let mut events = list(
        &connection,
        &format!(
            "SELECT {EVENT} FROM event
             WHERE position > ?1 AND position < ?2
                 AND (?3 IS NULL OR kind GLOB ?3) AND (?4 IS NULL OR endpoint = ?4)
                 AND (?5 IS NULL OR recorded >= ?5) AND (?6 IS NULL OR recorded < ?6)
             ORDER BY position {order}"
        ),
        params![
            filter.after.map_or(0, |after| number(after.0)),
            filter.before.map_or(i64::MAX, |before| number(before.0)),
            filter.kind.as_ref().map(sql_glob),
            filter.endpoint,
            filter.since.map(moment),
            filter.until.map(moment),
        ],
        filter.limit,
    )?;
    in_order(&mut events, filter.after.is_some());
    Ok(events)
}

/// Our globs know `*` alone, and those of SQLite more.
fn sql_glob(glob: &Glob) -> String {
    glob.to_string().replace('[', "[[]").replace('?', "[?]")
}

pub(super) fn of_id(connection: &Connection, id: &str) -> Result<Vec<EventRecord>, Failure> {
    let connection = connection.unchecked_transaction()?;
    let mut events = Vec::new();
    let Some((first, last)) = stretches(&connection)? else {
        return Ok(events);
    };
    let sql = format!(
        "SELECT {EVENT} FROM event
         WHERE position IN (SELECT event FROM seen WHERE key BETWEEN ?1 AND ?2)
         ORDER BY position"
    );
    for stretch in first..=last {
        let keys = key_range(stretch, id);
        events.append(&mut list(&connection, &sql, keys, usize::MAX)?);
    }
    Ok(events)
}

/// The first `limit` events that can be read back, in the transaction that `connection` is in.
fn list(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    limit: usize,
) -> Result<Vec<EventRecord>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut events = Vec::new();
    while events.len() < limit
        && let Some(row) = rows.next()?
    {
        let mut row = EventRow::read(row)?;
        if let Some(envelope) = row.envelope()? {
            let fingerprint = fingerprint(envelope.source(), envelope.id());
            let key = key_of(stretch(row.position), &fingerprint);
            let mut event = EventRecord::new(row.position, row.delivery, envelope);
            event.duplicates = duplicates(connection, &key)?;
            if event.duplicates > 0 {
                event.repeated_by = repeated_by(connection, row.position)?;
            }
            events.push(event);
        }
    }
    Ok(events)
}

fn duplicates(connection: &Connection, key: &Key) -> Result<u64, Failure> {
    let mut statement = connection
        .prepare_cached("SELECT coalesce(max(duplicates), 0) FROM seen WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0))?)
}

fn repeated_by(connection: &Connection, event: EventPosition) -> Result<Vec<LogPosition>, Failure> {
    let mut statement = connection
        .prepare_cached("SELECT delivery FROM duplicate WHERE event = ?1 ORDER BY delivery")?;
    let deliveries = statement.query_map([event.0], |row| Ok(LogPosition(row.get(0)?)))?;
    Ok(deliveries.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_means_in_sqlite_what_it_means_here() {
        // None of it is in a kind's name today, so it cannot be parsed on its own.
        let connection = Connection::open_in_memory().unwrap();
        for pattern in ["*", "message.*", "*ed", "*a*e*", "message.created"] {
            let glob: Glob = pattern.parse().unwrap();
            for kind in [
                "message.created",
                "message.deleted",
                "page.visited",
                "a?[b]",
            ] {
                let matches: bool = connection
                    .query_row("SELECT ?1 GLOB ?2", (kind, sql_glob(&glob)), |row| {
                        row.get(0)
                    })
                    .unwrap();
                assert_eq!(matches, glob.matches(kind), "{pattern} {kind}");
            }
        }
    }
}
