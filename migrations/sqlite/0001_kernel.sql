-- Jobs, events, leases and the audit log.

CREATE TABLE job (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    unique_key TEXT UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    leased_until INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;

CREATE INDEX job_due ON job (state, run_at);

-- The sequence is given when a row is written, the position once it is committed: only positions have no latecomers.
-- What has no position yet is found by the key on positions.
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    happened_at INTEGER NOT NULL,
    position INTEGER UNIQUE
) STRICT;

CREATE TABLE event_listener (
    name TEXT PRIMARY KEY NOT NULL,
    heard INTEGER NOT NULL
) STRICT;

CREATE TABLE lease (
    name TEXT PRIMARY KEY NOT NULL,
    holder TEXT NOT NULL,
    fence INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    happened_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    detail TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;

-- The chain has an order of its own: a line that commits late is sealed late.
CREATE TABLE audit_seal (
    position INTEGER PRIMARY KEY NOT NULL,
    sequence INTEGER NOT NULL UNIQUE REFERENCES audit (sequence),
    digest TEXT NOT NULL
) STRICT;

CREATE TABLE house_value (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;
