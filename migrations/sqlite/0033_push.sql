-- Pushes: plans as they were approved, the calls they take, and what of the quota they use.

CREATE TABLE push_plan (
    id TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    -- What it was made from and in which version: a form sent twice makes one plan.
    origin TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL CHECK (json_valid(content)),
    content_hash TEXT NOT NULL,
    author TEXT NOT NULL,
    approver TEXT NOT NULL,
    approved_at INTEGER NOT NULL,
    scheduled_at INTEGER NOT NULL,
    -- The day or month whose quota it uses.
    period TEXT NOT NULL,
    -- Whether it still does: nothing of it may have gone out, and then it is given back once.
    holds_quota INTEGER NOT NULL CHECK (holds_quota IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('open', 'stopped', 'expired', 'withheld', 'finished')),
    CHECK (author <> approver)
) STRICT;

-- The key is chosen at approval and never changes: WeChat takes a key once.
CREATE TABLE push_call (
    plan TEXT NOT NULL REFERENCES push_plan (id),
    batch INTEGER NOT NULL,
    client_id TEXT NOT NULL UNIQUE CHECK (length(client_id) <= 32),
    audience TEXT NOT NULL CHECK (json_valid(audience)),
    state TEXT NOT NULL
        CHECK (state IN ('planned', 'submitting', 'accepted', 'unknown', 'refused', 'finished', 'withdrawn')),
    attempts INTEGER NOT NULL,
    -- Committed before the socket is opened.
    first_at INTEGER,
    last_at INTEGER,
    msg_id TEXT,
    accepted_at INTEGER,
    -- Why it was refused, or WeChat's word for how it ended.
    told TEXT,
    total INTEGER,
    filtered INTEGER,
    sent INTEGER,
    failed INTEGER,
    PRIMARY KEY (plan, batch)
) STRICT;

CREATE INDEX push_call_msg_id ON push_call (msg_id);
CREATE INDEX push_call_due ON push_call (plan) WHERE state IN ('planned', 'submitting');

-- What WeChat told about the end of a send: it may come before its number is kept.
CREATE TABLE push_end (
    account TEXT NOT NULL,
    msg_id TEXT NOT NULL,
    told TEXT NOT NULL,
    total INTEGER NOT NULL,
    filtered INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (account, msg_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE push_quota (
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (account, period)
) STRICT, WITHOUT ROWID;

-- Attempts of each node, to be compared with the file beside it.
CREATE TABLE push_epoch (
    node TEXT PRIMARY KEY NOT NULL,
    number INTEGER NOT NULL
) STRICT;
