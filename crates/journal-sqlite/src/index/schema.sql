-- How far decoding has come, and what it came to. One row.
CREATE TABLE progress (
    one               INTEGER PRIMARY KEY CHECK (one = 1),
    decoded_to        INTEGER NOT NULL, -- the last delivery that was recorded
    decoded           INTEGER NOT NULL, -- deliveries
    undecoded         INTEGER NOT NULL, -- deliveries
    expired_undecoded INTEGER NOT NULL, -- deliveries that were given up undecoded
    events            INTEGER NOT NULL, -- so many; the position of the last one too
    expired_events    INTEGER NOT NULL, -- those of them that are no longer kept
    duplicates        INTEGER NOT NULL, -- drafts whose event was there already
    replayed          INTEGER NOT NULL, -- events that were recorded again
    retained_at       INTEGER           -- the moment that ages were last told by
) STRICT;
INSERT INTO progress VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0, NULL);

-- How the journal was opened last. One row.
CREATE TABLE opening (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    is_open    INTEGER NOT NULL, -- 0 once it was closed in order
    decoded_to INTEGER NOT NULL, -- the last delivery that was recorded then
    stalls     INTEGER NOT NULL  -- crashes in a row with that number and deliveries to decode
) STRICT;
INSERT INTO opening VALUES (1, 0, 0, 0);

-- All moments are microseconds since the Unix epoch.
CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL, -- where it is in log.db
    lane     INTEGER NOT NULL, -- 8 bytes of SHA-256(partitionkey)
    recorded INTEGER NOT NULL, -- when its delivery was received
    sinks    TEXT,             -- the only ones that are given it, as a JSON list; NULL for all
    id       TEXT NOT NULL,
    source   TEXT NOT NULL,
    kind     TEXT NOT NULL,    -- without `dev.switchboard.`
    endpoint TEXT NOT NULL,
    checksum INTEGER NOT NULL, -- CRC-32 of json
    json     TEXT NOT NULL     -- the whole envelope
) STRICT;

-- Mostly added to at its end.
CREATE INDEX event_delivery ON event (delivery);

-- 4 bytes of the event's stretch, which is its position without the last 9 bits; 16 bytes of
-- SHA-256(id); 8 bytes of SHA-256(source). So keys are added close to each other, and a stretch and
-- an id are a prefix.
CREATE TABLE seen (
    key        BLOB PRIMARY KEY,
    event      INTEGER NOT NULL,
    day        INTEGER NOT NULL, -- when its delivery was received, in days since the Unix epoch
    last       INTEGER NOT NULL, -- the last delivery that told of it
    duplicates INTEGER NOT NULL  -- more deliveries that told of it
) STRICT, WITHOUT ROWID;

-- Which keys a generation may have: a Bloom filter, once it is full. Can be made again of `seen`.
CREATE TABLE filter (
    generation INTEGER PRIMARY KEY, -- eight stretches: positions without their last 12 bits
    bits       BLOB NOT NULL
) STRICT;

-- The first few deliveries that told of an event again.
CREATE TABLE duplicate (
    event    INTEGER NOT NULL,
    delivery INTEGER NOT NULL,
    PRIMARY KEY (event, delivery)
) STRICT, WITHOUT ROWID;

CREATE TABLE undecoded (
    position INTEGER PRIMARY KEY, -- the delivery
    cause    TEXT NOT NULL,
    reason   TEXT NOT NULL
) STRICT;

CREATE TABLE sink (
    name      TEXT PRIMARY KEY,
    start     INTEGER NOT NULL, -- it gets the events after this one
    position  INTEGER NOT NULL, -- everything up to here has been settled once
    settled   TEXT NOT NULL,    -- and these above it, as a JSON list of first and last
    delivered INTEGER NOT NULL,
    unmatched INTEGER NOT NULL,
    retrying  INTEGER NOT NULL, -- rows in retry
    dead      INTEGER NOT NULL, -- rows in dead
    expired   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was in flight at a crash: how often its sink was about to be given it again since.
CREATE TABLE begun (
    sink  TEXT NOT NULL,
    event INTEGER NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (sink, event)
) STRICT, WITHOUT ROWID;

-- Settled once, and neither delivered nor dead.
CREATE TABLE retry (
    sink          TEXT NOT NULL,
    event         INTEGER NOT NULL,
    lane          INTEGER NOT NULL,
    due           INTEGER NOT NULL, -- the greatest number: held until its lane is free
    attempts      INTEGER NOT NULL,
    first_attempt INTEGER,
    PRIMARY KEY (sink, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX retry_due ON retry (sink, due);
CREATE INDEX retry_lane ON retry (sink, lane);

CREATE TABLE dead (
    sink  TEXT NOT NULL,
    event INTEGER NOT NULL,
    lane  INTEGER NOT NULL,
    cause TEXT NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (sink, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX dead_lane ON dead (sink, lane);
CREATE INDEX dead_event ON dead (event);
CREATE INDEX dead_at ON dead (at);

-- The failed attempts of what is in retry or dead.
CREATE TABLE attempt (
    sink    TEXT NOT NULL,
    event   INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    took    INTEGER NOT NULL, -- microseconds
    failure TEXT NOT NULL,
    status  INTEGER,
    answer  BLOB NOT NULL,    -- the first of what the sink answered
    PRIMARY KEY (sink, event, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE pause (
    line  TEXT NOT NULL, -- `endpoint` or `sink`
    name  TEXT NOT NULL,
    since INTEGER NOT NULL,
    cause TEXT NOT NULL, -- by whom
    PRIMARY KEY (line, name)
) STRICT, WITHOUT ROWID;
