//! What is paused.

use std::collections::BTreeMap;

use rusqlite::Connection;
use switchboard_core::journal::{Line, Pause};

use super::{moment, word};
use crate::failure::Failure;

/// Notes that `line` is paused, or that it goes on.
pub(super) fn set(
    connection: &Connection,
    line: &Line,
    pause: Option<Pause>,
) -> Result<(), Failure> {
    let (kind, name) = columns(line);
    match pause {
        Some(Pause { since, by }) => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO pause (line, name, since, cause) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((kind, name, since.as_micros(), word::from(by)))?,
        None => connection
            .prepare_cached("DELETE FROM pause WHERE line = ?1 AND name = ?2")?
            .execute((kind, name))?,
    };
    Ok(())
}

/// Every line that is paused.
pub(crate) fn pauses(connection: &Connection) -> Result<BTreeMap<Line, Pause>, Failure> {
    let mut statement = connection.prepare_cached("SELECT line, name, since, cause FROM pause")?;
    let mut rows = statement.query(())?;
    let mut pauses = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
        let line = match kind.as_str() {
            ENDPOINT => Line::Endpoint(name),
            SINK => Line::Sink(name),
            _ => return Err(Failure::corrupt(format!("nothing is called a `{kind}`"))),
        };
        let pause = Pause {
            since: moment(row.get(2)?)?,
            by: word::to(row.get(3)?)?,
        };
        pauses.insert(line, pause);
    }
    Ok(pauses)
}

const ENDPOINT: &str = "endpoint";
const SINK: &str = "sink";

fn columns(line: &Line) -> (&'static str, &str) {
    match line {
        Line::Endpoint(id) => (ENDPOINT, id),
        Line::Sink(name) => (SINK, name),
    }
}
