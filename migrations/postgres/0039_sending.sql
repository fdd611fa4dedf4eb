-- Sending: what is published without a push, what followers received this month, tags of rolls, and how often an account is to
-- be heard of.

-- How many of its followers had received all that a month allows when it was approved; none: not known.
ALTER TABLE push_plan ADD COLUMN at_limit BIGINT;

-- A plan that has a line here is published and sent to nobody.
CREATE TABLE push_publication (
    plan UUID PRIMARY KEY NOT NULL REFERENCES push_plan (id),
    state TEXT NOT NULL
        CHECK (state IN ('planned', 'submitting', 'queued', 'unknown', 'published', 'refused', 'gone')),
    -- Committed before the socket is opened: there is one attempt at most.
    tried_at TIMESTAMPTZ,
    publish_id TEXT,
    msg_data_id BIGINT,
    article_id TEXT,
    -- Where its articles are.
    addresses JSONB NOT NULL,
    -- Why it was refused, or how it went away again.
    told TEXT,
    -- When WeChat was last asked about it.
    asked_at TIMESTAMPTZ
);

CREATE INDEX push_publication_moves ON push_publication (plan)
    WHERE state IN ('planned', 'submitting', 'queued', 'unknown');

-- What WeChat told about the end of a publication: it may come before its number is kept.
CREATE TABLE push_publication_end (
    account TEXT NOT NULL,
    publish_id TEXT NOT NULL,
    status BIGINT NOT NULL,
    article_id TEXT,
    addresses JSONB NOT NULL,
    told_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, publish_id)
);

-- How often a follower received a push by list in a month; gone when the month is over, or the follower.
CREATE TABLE push_received (
    account TEXT NOT NULL,
    month TEXT NOT NULL,
    openid TEXT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (account, month, openid)
);

-- The tag that followers of a roll were given, where an account reaches them by no other way; none once it was taken away.
ALTER TABLE push_roll ADD COLUMN tag BIGINT;
-- When all of them had it.
ALTER TABLE push_roll ADD COLUMN tagged_at TIMESTAMPTZ;

-- After how many days without a push an account counts as quiet.
CREATE TABLE push_goal (
    account TEXT PRIMARY KEY NOT NULL,
    days BIGINT NOT NULL CHECK (days BETWEEN 1 AND 365),
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
