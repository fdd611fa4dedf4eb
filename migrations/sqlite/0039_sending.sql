-- Sending: what is published without a push, what followers received this month, tags of rolls, and how often an account is to
-- be heard of.

-- How many of its followers had received all that a month allows when it was approved; none: not known.
ALTER TABLE push_plan ADD COLUMN at_limit INTEGER;

-- A plan that has a line here is published and sent to nobody.
CREATE TABLE push_publication (
    plan TEXT PRIMARY KEY NOT NULL REFERENCES push_plan (id),
    state TEXT NOT NULL
        CHECK (state IN ('planned', 'submitting', 'queued', 'unknown', 'published', 'refused', 'gone')),
    -- Committed before the socket is opened: there is one attempt at most.
    tried_at INTEGER,
    publish_id TEXT,
    msg_data_id INTEGER,
    article_id TEXT,
    -- Where its articles are.
    addresses TEXT NOT NULL CHECK (json_valid(addresses)),
    -- Why it was refused, or how it went away again.
    told TEXT,
    -- When WeChat was last asked about it.
    asked_at INTEGER
) STRICT;

CREATE INDEX push_publication_moves ON push_publication (plan)
    WHERE state IN ('planned', 'submitting', 'queued', 'unknown');

-- What WeChat told about the end of a publication: it may come before its number is kept.
CREATE TABLE push_publication_end (
    account TEXT NOT NULL,
    publish_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    article_id TEXT,
    addresses TEXT NOT NULL CHECK (json_valid(addresses)),
    told_at INTEGER NOT NULL,
    PRIMARY KEY (account, publish_id)
) STRICT, WITHOUT ROWID;

-- How often a follower received a push by list in a month; gone when the month is over, or the follower.
CREATE TABLE push_received (
    account TEXT NOT NULL,
    month TEXT NOT NULL,
    openid TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (account, month, openid)
) STRICT, WITHOUT ROWID;

-- The tag that followers of a roll were given, where an account reaches them by no other way; none once it was taken away.
ALTER TABLE push_roll ADD COLUMN tag INTEGER;
-- When all of them had it.
ALTER TABLE push_roll ADD COLUMN tagged_at INTEGER;

-- After how many days without a push an account counts as quiet.
CREATE TABLE push_goal (
    account TEXT PRIMARY KEY NOT NULL,
    days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 365),
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
