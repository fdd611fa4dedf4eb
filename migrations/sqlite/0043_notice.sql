-- Notices: what one reader is told because of something they did, by a template of the account.

-- The templates an account has, as WeChat listed them; those of one-time messages are written down by hand.
CREATE TABLE notice_template (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    means TEXT NOT NULL CHECK (means IN ('subscription', 'template', 'one-time')),
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    example TEXT NOT NULL,
    -- A consent is good for many notices.
    is_lasting INTEGER NOT NULL CHECK (is_lasting IN (0, 1)),
    fetched_at INTEGER NOT NULL,
    -- WeChat lists it no longer.
    gone_at INTEGER,
    PRIMARY KEY (account, id)
) STRICT;

-- By which template readers are told of what.
CREATE TABLE notice_use (
    account TEXT NOT NULL,
    purpose TEXT NOT NULL,
    template TEXT NOT NULL,
    -- What stands in each field.
    fields TEXT NOT NULL CHECK (json_valid(fields)),
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (account, purpose),
    FOREIGN KEY (account, template) REFERENCES notice_template (account, id)
) STRICT;

-- What a reader allowed: counted as WeChat tells it, and forgotten with the reader.
CREATE TABLE notice_consent (
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    template TEXT NOT NULL,
    granted INTEGER NOT NULL,
    used INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    remaining INTEGER NOT NULL CHECK (remaining >= 0),
    is_lasting INTEGER NOT NULL CHECK (is_lasting IN (0, 1)),
    is_off INTEGER NOT NULL CHECK (is_off IN (0, 1)),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (account, openid, template)
) STRICT;

CREATE INDEX notice_consent_template ON notice_consent (account, template);

-- Notices, for some weeks; who they were for and what they said only until they have ended.
CREATE TABLE notice (
    id TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    openid TEXT,
    purpose TEXT NOT NULL,
    -- What it tells of: told once.
    about TEXT NOT NULL,
    template TEXT NOT NULL,
    means TEXT NOT NULL CHECK (means IN ('subscription', 'template', 'one-time')),
    state TEXT NOT NULL
        CHECK (state IN ('waiting', 'sending', 'taken', 'delivered', 'failed', 'refused', 'unknown', 'unsent')),
    -- Why it is where it is.
    told TEXT,
    attempts INTEGER NOT NULL,
    first_at INTEGER,
    last_at INTEGER,
    msg_id TEXT,
    made_at INTEGER NOT NULL,
    UNIQUE (account, purpose, about)
) STRICT;

CREATE INDEX notice_made_at ON notice (account, made_at);
CREATE INDEX notice_openid ON notice (account, openid) WHERE openid IS NOT NULL;

-- Readers who are on WeChat's page that asks whether they want one message.
CREATE TABLE notice_question (
    reserved TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    template TEXT NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT;
