//! Deliveries that are no longer kept.

use rusqlite::Connection;

use crate::failure::Failure;

/// Removes frames and counts what was in them. The last one stays: it tells where the log ends.
pub(super) fn frames(connection: &Connection, firsts: &[u64]) -> Result<(), Failure> {
    let mut remove = connection.prepare_cached(
        "DELETE FROM frame WHERE first = ?1 AND first < (SELECT max(first) FROM frame) \
         RETURNING count",
    )?;
    let mut expired = 0;
    for first in firsts {
        let mut rows = remove.query([first])?;
        while let Some(row) = rows.next()? {
            expired += row.get::<_, u64>(0)?;
        }
    }
    connection
        .prepare_cached("UPDATE expired SET count = count + ?1")?
        .execute([expired])?;
    Ok(())
}
