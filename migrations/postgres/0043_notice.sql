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
    is_lasting BOOLEAN NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL,
    -- WeChat lists it no longer.
    gone_at TIMESTAMPTZ,
    PRIMARY KEY (account, id)
);

-- By which template readers are told of what.
CREATE TABLE notice_use (
    account TEXT NOT NULL,
    purpose TEXT NOT NULL,
    template TEXT NOT NULL,
    -- What stands in each field.
    fields JSONB NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, purpose),
    FOREIGN KEY (account, template) REFERENCES notice_template (account, id)
);

-- What a reader allowed: counted as WeChat tells it, and forgotten with the reader.
CREATE TABLE notice_consent (
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    template TEXT NOT NULL,
    granted BIGINT NOT NULL,
    used BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    remaining BIGINT NOT NULL CHECK (remaining >= 0),
    is_lasting BOOLEAN NOT NULL,
    is_off BOOLEAN NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, openid, template)
);

CREATE INDEX notice_consent_template ON notice_consent (account, template);

-- Notices, for some weeks; who they were for and what they said only until they have ended.
CREATE TABLE notice (
    id UUID PRIMARY KEY NOT NULL,
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
    attempts BIGINT NOT NULL,
    first_at TIMESTAMPTZ,
    last_at TIMESTAMPTZ,
    msg_id TEXT,
    made_at TIMESTAMPTZ NOT NULL,
    UNIQUE (account, purpose, about)
);

CREATE INDEX notice_made_at ON notice (account, made_at);
CREATE INDEX notice_openid ON notice (account, openid) WHERE openid IS NOT NULL;

-- Readers who are on WeChat's page that asks whether they want one message.
CREATE TABLE notice_question (
    reserved TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    template TEXT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL
);
