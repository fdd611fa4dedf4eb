-- Conversations of readers with people: who asked what, who answers, what was sent.

CREATE TABLE conversation (
    id UUID PRIMARY KEY NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('wechat', 'telephone')),
    -- The official account and the follower; of a call, neither.
    account TEXT,
    openid TEXT,
    -- What staff call the reader: never a name WeChat tells us.
    reader_name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('bot', 'waiting', 'taken', 'closed')),
    assigned_to TEXT,
    topic TEXT,
    last_text TEXT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    unread BIGINT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    -- Since when somebody waits for an answer.
    waiting_since TIMESTAMPTZ,
    answered_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    satisfaction BIGINT CHECK (satisfaction BETWEEN 1 AND 5),
    satisfaction_asked_at TIMESTAMPTZ,
    changed_at TIMESTAMPTZ NOT NULL
);

-- A follower has one conversation that is not closed.
CREATE UNIQUE INDEX conversation_open ON conversation (account, openid) WHERE state <> 'closed' AND openid IS NOT NULL;
CREATE INDEX conversation_state ON conversation (state, last_at);
CREATE INDEX conversation_reader ON conversation (account, openid, opened_at);
CREATE INDEX conversation_changed ON conversation (changed_at);

CREATE TABLE conversation_message (
    id UUID PRIMARY KEY NOT NULL,
    conversation UUID NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    said_at TIMESTAMPTZ NOT NULL,
    speaker TEXT NOT NULL CHECK (speaker IN ('reader', 'staff', 'bot', 'note', 'system')),
    staff TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'image', 'voice', 'link', 'record', 'faq')),
    text TEXT NOT NULL,
    url TEXT,
    -- How far a reply has come to the reader.
    delivery TEXT CHECK (delivery IN ('waiting', 'sending', 'sent', 'failed', 'unknown')),
    told TEXT,
    -- The key its writer gave it: the same key again writes nothing.
    client_key TEXT UNIQUE
);

CREATE INDEX conversation_message_of ON conversation_message (conversation, said_at, id);
CREATE INDEX conversation_message_undelivered ON conversation_message (conversation) WHERE delivery = 'waiting';

CREATE TABLE canned_reply (
    id UUID PRIMARY KEY NOT NULL,
    title TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    changed_by TEXT NOT NULL
);
