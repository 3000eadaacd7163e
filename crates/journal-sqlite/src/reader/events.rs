//! Finding events.

use rusqlite::{Connection, Params, params};
use switchboard_core::journal::{EventPosition, LogPosition};
use switchboard_core::sink::Envelope;

use crate::failure::Failure;
use crate::index::{event_of, key_range};

/// Which events to list.
#[derive(Clone, Debug)]
pub struct EventFilter {
    /// At most so many: the first of them when `after` is set, otherwise the last.
    pub limit: usize,
    /// After this position.
    pub after: Option<EventPosition>,
    /// Before this position.
    pub before: Option<EventPosition>,
    /// Of a kind that matches this glob, for example `message.*`.
    pub kind: Option<String>,
    /// That came in by this endpoint.
    pub endpoint: Option<String>,
}

impl EventFilter {
    /// The last `limit` events, of every kind and endpoint.
    pub fn last(limit: usize) -> Self {
        Self {
            limit,
            after: None,
            before: None,
            kind: None,
            endpoint: None,
        }
    }
}

/// An event that was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Listed {
    /// Its position.
    pub position: EventPosition,
    /// The delivery it was decoded from.
    pub delivery: LogPosition,
    /// The event.
    pub envelope: Envelope,
}

pub(super) fn matching(
    connection: &Connection,
    filter: &EventFilter,
) -> Result<Vec<Listed>, Failure> {
    let order = match filter.after {
        Some(_) => "ASC",
        None => "DESC",
    };
    let mut events = list(
        connection,
        &format!(
            "SELECT position, delivery, checksum, json FROM event
             WHERE position > ?1 AND position < ?2
                 AND (?3 IS NULL OR kind GLOB ?3) AND (?4 IS NULL OR endpoint = ?4)
             ORDER BY position {order}"
        ),
        params![
            filter.after.map_or(0, number),
            filter.before.map_or(i64::MAX, number),
            filter.kind,
            filter.endpoint,
        ],
        filter.limit,
    )?;
    if filter.after.is_none() {
        events.reverse();
    }
    Ok(events)
}

/// SQLite's numbers end earlier than ours.
fn number(position: EventPosition) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

pub(super) fn of_id(connection: &Connection, id: &str) -> Result<Vec<Listed>, Failure> {
    list(
        connection,
        "SELECT position, delivery, checksum, json FROM event
         WHERE position IN (SELECT event FROM seen WHERE key BETWEEN ?1 AND ?2)
         ORDER BY position",
        key_range(id),
        usize::MAX,
    )
}

/// The first `limit` events that can be read back.
fn list(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    limit: usize,
) -> Result<Vec<Listed>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut events = Vec::new();
    while events.len() < limit
        && let Some(row) = rows.next()?
    {
        let event = event_of(row)?;
        events.extend(event.envelope.map(|envelope| Listed {
            position: event.position,
            delivery: event.delivery,
            envelope,
        }));
    }
    Ok(events)
}
