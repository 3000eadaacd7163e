-- How far decoding has come, and what it came to. One row.
CREATE TABLE progress (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    decoded_to INTEGER NOT NULL, -- the last delivery that was recorded
    decoded    INTEGER NOT NULL, -- deliveries
    undecoded  INTEGER NOT NULL, -- deliveries
    events     INTEGER NOT NULL, -- so many; the position of the last one too
    duplicates INTEGER NOT NULL  -- drafts whose event was there already
) STRICT;
INSERT INTO progress VALUES (1, 0, 0, 0, 0, 0);

CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL, -- where it is in log.db
    id       TEXT NOT NULL,
    source   TEXT NOT NULL,
    kind     TEXT NOT NULL,    -- without `dev.switchboard.`
    endpoint TEXT NOT NULL,
    checksum INTEGER NOT NULL, -- CRC-32 of json
    json     TEXT NOT NULL     -- the whole envelope
) STRICT;

-- 16 bytes of SHA-256(id), 8 bytes of SHA-256(source): an id alone is a prefix.
CREATE TABLE seen (
    key   BLOB PRIMARY KEY,
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE undecoded (
    position INTEGER PRIMARY KEY, -- the delivery
    cause    TEXT NOT NULL,
    reason   TEXT NOT NULL
) STRICT;

CREATE TABLE sink (
    name      TEXT PRIMARY KEY,
    position  INTEGER NOT NULL, -- everything up to here has been settled once
    settled   TEXT NOT NULL,    -- and these events above it, as a JSON list
    delivered INTEGER NOT NULL,
    unmatched INTEGER NOT NULL,
    dead      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- All moments are microseconds since the Unix epoch.
CREATE TABLE retry (
    sink          TEXT NOT NULL,
    event         INTEGER NOT NULL,
    due           INTEGER NOT NULL,
    attempts      INTEGER NOT NULL,
    first_attempt INTEGER,
    PRIMARY KEY (sink, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX retry_due ON retry (sink, due);

CREATE TABLE dead (
    sink  TEXT NOT NULL,
    event INTEGER NOT NULL,
    cause TEXT NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (sink, event)
) STRICT, WITHOUT ROWID;

-- The failed attempts of what is in retry or dead.
CREATE TABLE attempt (
    sink    TEXT NOT NULL,
    event   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    took    INTEGER NOT NULL, -- microseconds
    failure TEXT NOT NULL,
    PRIMARY KEY (sink, event, at)
) STRICT, WITHOUT ROWID;
