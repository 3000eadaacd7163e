//! Which events wait for each other.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use sha2::{Digest as _, Sha256};

/// The lane of a `partitionkey`, by its hash: two keys that share one wait for each other, and
/// nothing worse.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Lane(pub(crate) i64);

impl Lane {
    pub(crate) fn of(partitionkey: &str) -> Self {
        let hash = Sha256::digest(partitionkey);
        let (first, _) = hash.split_first_chunk().expect("a hash has 32 bytes");
        Self(i64::from_be_bytes(*first))
    }
}

impl ToSql for Lane {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for Lane {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}
