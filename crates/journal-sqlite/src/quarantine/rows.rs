//! Reading suspects and what became of them.

use std::collections::BTreeMap;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use switchboard_core::quarantine::{Held, Listing, Suspect, SuspectCounts, SuspectId};

use super::record;
use crate::failure::Failure;
use crate::index::{moment, word};
use crate::reader::sql_limit;

const HELD: &str = "id, endpoint, adapter, cause, diagnosis, received, size";

/// The oldest that `listing` asks for.
pub(super) fn list(connection: &Connection, listing: &Listing) -> Result<Vec<Held>, Failure> {
    select(connection, listing, "ASC")
}

/// The latest that `listing` asks for, the oldest of them first.
pub(super) fn last(connection: &Connection, listing: &Listing) -> Result<Vec<Held>, Failure> {
    let mut held = select(connection, listing, "DESC")?;
    held.reverse();
    Ok(held)
}

fn select(
    connection: &Connection,
    listing: &Listing,
    order: &'static str,
) -> Result<Vec<Held>, Failure> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {HELD} FROM suspect WHERE id > ?1 AND (?2 IS NULL OR endpoint = ?2) \
         AND (?3 IS NULL OR ring = ?3) ORDER BY id {order} LIMIT ?4"
    ))?;
    let mut rows = statement.query(params![
        listing.after.0,
        listing.endpoint,
        listing.ring.map(word::from),
        sql_limit(listing.limit),
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(held(row)?);
    }
    Ok(found)
}

fn held(row: &Row<'_>) -> Result<Held, Failure> {
    Ok(Held {
        id: SuspectId(row.get(0)?),
        endpoint: row.get(1)?,
        adapter: row.get(2)?,
        cause: word::to(row.get(3)?)?,
        diagnosis: row.get(4)?,
        received_at: moment(row.get(5)?)?,
        bytes: row.get(6)?,
    })
}

/// The one of this id; inside, `None` when it does not match its checksum.
pub(super) fn get(
    connection: &Connection,
    id: SuspectId,
) -> Result<Option<Option<Suspect>>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT endpoint, adapter, cause, diagnosis, checksum, record FROM suspect WHERE id = ?1",
    )?;
    let found = statement.query_row([id.0], |row| {
        let strings: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
        Ok((strings, row.get::<_, u32>(4)?, row.get::<_, Vec<u8>>(5)?))
    });
    let Some(([endpoint, adapter, cause, diagnosis], checksum, bytes)) = found.optional()? else {
        return Ok(None);
    };
    if crc32fast::hash(&bytes) != checksum {
        return Ok(Some(None));
    }
    let Some(delivery) = record::decode(&Bytes::from(bytes)) else {
        return Ok(Some(None));
    };
    Ok(Some(Some(Suspect {
        endpoint,
        adapter,
        delivery,
        cause: word::to(cause)?,
        diagnosis,
    })))
}

/// What became of everything, by endpoint.
pub(super) fn counts(connection: &Connection) -> Result<BTreeMap<String, SuspectCounts>, Failure> {
    let mut statement = connection
        .prepare_cached("SELECT endpoint, kept, pushed_out, dropped, reverified FROM tally")?;
    let mut rows = statement.query(())?;
    let mut counts = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let one = SuspectCounts {
            kept: row.get(1)?,
            pushed_out: row.get(2)?,
            dropped: row.get(3)?,
            reverified: row.get(4)?,
        };
        counts.insert(row.get(0)?, one);
    }
    Ok(counts)
}
