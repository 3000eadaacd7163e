//! One transaction that changes what is held: rows, how full the rings are, and the counts agree.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use switchboard_core::quarantine::{Bounds, Ring, Suspect, SuspectCause, SuspectCounts, SuspectId};

use super::record;
use crate::failure::Failure;
use crate::index::word;

/// Everything in it is committed together, within the bounds, or not at all.
pub(super) struct Change<'a> {
    transaction: Transaction<'a>,
    bounds: Bounds,
    rings: [Total; 2],
    counts: BTreeMap<String, SuspectCounts>,
}

/// How full a ring is.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    deliveries: u64,
    bytes: u64,
}

impl<'a> Change<'a> {
    pub(super) fn begin(connection: &'a mut Connection, bounds: Bounds) -> Result<Self, Failure> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut change = Self {
            transaction,
            bounds,
            rings: [Total::default(); 2],
            counts: BTreeMap::new(),
        };
        for ring in Ring::ALL {
            let mut statement = change
                .transaction
                .prepare_cached("SELECT deliveries, bytes FROM ring WHERE name = ?1")?;
            let total = statement.query_row([word::from(ring)], |row| {
                Ok(Total {
                    deliveries: row.get(0)?,
                    bytes: row.get(1)?,
                })
            });
            let total = total.optional()?.unwrap_or_default();
            drop(statement);
            *change.ring(ring) = total;
        }
        Ok(change)
    }

    /// Adds one, as the latest of its ring.
    pub(super) fn keep(&mut self, suspect: &Suspect) -> Result<(), Failure> {
        let ring = suspect.cause.ring();
        let size = suspect.bytes();
        let record = record::encode(&suspect.delivery);
        self.transaction
            .prepare_cached(
                "INSERT INTO suspect \
                 (ring, endpoint, adapter, cause, diagnosis, received, size, checksum, record) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                word::from(ring),
                suspect.endpoint,
                suspect.adapter,
                word::from(suspect.cause),
                suspect.diagnosis,
                suspect.delivery.received_at.as_micros(),
                size,
                crc32fast::hash(&record),
                record,
            ])?;
        self.counts(&suspect.endpoint)?.kept += 1;
        let total = self.ring(ring);
        total.deliveries += 1;
        total.bytes += size;
        Ok(())
    }

    /// Counts deliveries that were not kept.
    pub(super) fn note_dropped(&mut self, endpoint: &str, deliveries: u64) -> Result<(), Failure> {
        self.counts(endpoint)?.dropped += deliveries;
        Ok(())
    }

    /// Moves one to the ring of `cause`, if it is still held.
    pub(super) fn judge(
        &mut self,
        id: SuspectId,
        cause: SuspectCause,
        diagnosis: &str,
    ) -> Result<(), Failure> {
        let mut statement = self
            .transaction
            .prepare_cached("SELECT ring, size FROM suspect WHERE id = ?1")?;
        let found = statement.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)));
        let found: Option<(String, u64)> = found.optional()?;
        drop(statement);
        let Some((before, size)) = found else {
            return Ok(());
        };
        let after = cause.ring();
        self.transaction
            .prepare_cached(
                "UPDATE suspect SET ring = ?2, cause = ?3, diagnosis = ?4 WHERE id = ?1",
            )?
            .execute((id.0, word::from(after), word::from(cause), diagnosis))?;
        self.ring(word::to(before)?).less(size);
        let total = self.ring(after);
        total.deliveries += 1;
        total.bytes += size;
        Ok(())
    }

    /// Lets go of one that is in the journal, if it is still held.
    pub(super) fn remove(&mut self, id: SuspectId) -> Result<(), Failure> {
        if let Some(endpoint) = self.delete("id = ?1", id.0)? {
            self.counts(&endpoint)?.reverified += 1;
        }
        Ok(())
    }

    /// Pushes out what is beyond the bounds, and commits.
    pub(super) fn commit(mut self) -> Result<(), Failure> {
        for ring in Ring::ALL {
            let name = word::from(ring);
            while self.ring(ring).exceeds(self.bounds) {
                let oldest = "id = (SELECT min(id) FROM suspect WHERE ring = ?1)";
                let Some(endpoint) = self.delete(oldest, &name)? else {
                    return Err(Failure::corrupt("a ring is empty and counted as full"));
                };
                self.counts(&endpoint)?.pushed_out += 1;
            }
        }
        for ring in Ring::ALL {
            let total = *self.ring(ring);
            self.transaction
                .prepare_cached("REPLACE INTO ring (name, deliveries, bytes) VALUES (?1, ?2, ?3)")?
                .execute((word::from(ring), total.deliveries, total.bytes))?;
        }
        for (endpoint, counts) in &self.counts {
            self.transaction
                .prepare_cached(
                    "REPLACE INTO tally (endpoint, kept, pushed_out, dropped, reverified) \
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    endpoint,
                    counts.kept,
                    counts.pushed_out,
                    counts.dropped,
                    counts.reverified,
                ])?;
        }
        Ok(self.transaction.commit()?)
    }

    /// Deletes the one row that `which` names, and tells its endpoint.
    fn delete(
        &mut self,
        which: &'static str,
        value: impl rusqlite::ToSql,
    ) -> Result<Option<String>, Failure> {
        let mut statement = self.transaction.prepare_cached(&format!(
            "DELETE FROM suspect WHERE {which} RETURNING ring, size, endpoint"
        ))?;
        let deleted =
            statement.query_row([value], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        let deleted: Option<(String, u64, String)> = deleted.optional()?;
        drop(statement);
        let Some((ring, size, endpoint)) = deleted else {
            return Ok(None);
        };
        self.ring(word::to(ring)?).less(size);
        let counts = self.counts(&endpoint)?;
        counts.kept = counts.kept.saturating_sub(1);
        Ok(Some(endpoint))
    }

    fn ring(&mut self, ring: Ring) -> &mut Total {
        let [refused, unverified] = &mut self.rings;
        match ring {
            Ring::Refused => refused,
            Ring::Unverified => unverified,
        }
    }

    fn counts(&mut self, endpoint: &str) -> Result<&mut SuspectCounts, Failure> {
        if !self.counts.contains_key(endpoint) {
            let mut statement = self.transaction.prepare_cached(
                "SELECT kept, pushed_out, dropped, reverified FROM tally WHERE endpoint = ?1",
            )?;
            let counts = statement.query_row([endpoint], |row| {
                Ok(SuspectCounts {
                    kept: row.get(0)?,
                    pushed_out: row.get(1)?,
                    dropped: row.get(2)?,
                    reverified: row.get(3)?,
                })
            });
            let counts = counts.optional()?.unwrap_or_default();
            self.counts.insert(endpoint.to_owned(), counts);
        }
        Ok(self.counts.entry(endpoint.to_owned()).or_default())
    }
}

impl Total {
    fn less(&mut self, size: u64) {
        self.deliveries = self.deliveries.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(size);
    }

    fn exceeds(self, bounds: Bounds) -> bool {
        self.deliveries > bounds.deliveries || self.bytes > bounds.bytes
    }
}
