-- Pushes: plans as they were approved, the calls they take, and what of the quota they use.

CREATE TABLE push_plan (
    id UUID PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    -- What it was made from and in which version: a form sent twice makes one plan.
    origin TEXT NOT NULL UNIQUE,
    content JSONB NOT NULL,
    content_hash TEXT NOT NULL,
    author TEXT NOT NULL,
    approver TEXT NOT NULL,
    approved_at TIMESTAMPTZ NOT NULL,
    scheduled_at TIMESTAMPTZ NOT NULL,
    -- The day or month whose quota it uses.
    period TEXT NOT NULL,
    -- Whether it still does: nothing of it may have gone out, and then it is given back once.
    holds_quota BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'stopped', 'expired', 'withheld', 'finished')),
    CHECK (author <> approver)
);

-- The key is chosen at approval and never changes: WeChat takes a key once.
CREATE TABLE push_call (
    plan UUID NOT NULL REFERENCES push_plan (id),
    batch BIGINT NOT NULL,
    client_id TEXT NOT NULL UNIQUE CHECK (length(client_id) <= 32),
    audience JSONB NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('planned', 'submitting', 'accepted', 'unknown', 'refused', 'finished', 'withdrawn')),
    attempts BIGINT NOT NULL,
    -- Committed before the socket is opened.
    first_at TIMESTAMPTZ,
    last_at TIMESTAMPTZ,
    msg_id TEXT,
    accepted_at TIMESTAMPTZ,
    -- Why it was refused, or WeChat's word for how it ended.
    told TEXT,
    total BIGINT,
    filtered BIGINT,
    sent BIGINT,
    failed BIGINT,
    PRIMARY KEY (plan, batch)
);

CREATE INDEX push_call_msg_id ON push_call (msg_id);
CREATE INDEX push_call_due ON push_call (plan) WHERE state IN ('planned', 'submitting');

-- What WeChat told about the end of a send: it may come before its number is kept.
CREATE TABLE push_end (
    account TEXT NOT NULL,
    msg_id TEXT NOT NULL,
    told TEXT NOT NULL,
    total BIGINT NOT NULL,
    filtered BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    told_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, msg_id)
);

CREATE TABLE push_quota (
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    used BIGINT NOT NULL CHECK (used >= 0),
    PRIMARY KEY (account, period)
);

-- Attempts of each node, to be compared with the file beside it.
CREATE TABLE push_epoch (
    node TEXT PRIMARY KEY NOT NULL,
    number BIGINT NOT NULL
);
