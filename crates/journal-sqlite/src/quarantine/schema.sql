-- The body comes last: what stands before it is read without it.
-- AUTOINCREMENT, so that an id is never used again.
CREATE TABLE suspect (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ring TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    adapter TEXT NOT NULL,
    cause TEXT NOT NULL,
    diagnosis TEXT NOT NULL,
    received INTEGER NOT NULL,
    size INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    record BLOB NOT NULL
) STRICT;

CREATE INDEX suspect_ring ON suspect (ring, id);

-- How full each ring is.
CREATE TABLE ring (
    name TEXT PRIMARY KEY,
    deliveries INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
    endpoint TEXT PRIMARY KEY,
    kept INTEGER NOT NULL,
    pushed_out INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    reverified INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
