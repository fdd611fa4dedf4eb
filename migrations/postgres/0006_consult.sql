-- Automatic replies: keyword rules, frequent questions, and to whom the default answer was given.

CREATE TABLE rule (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    priority BIGINT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('all', 'random-one')),
    enabled BOOLEAN NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE rule_trigger (
    rule UUID NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('equal', 'contain', 'click', 'follow', 'scan')),
    text TEXT NOT NULL,
    PRIMARY KEY (rule, position)
);

CREATE TABLE rule_reply (
    rule UUID NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    content JSONB NOT NULL,
    PRIMARY KEY (rule, position)
);

CREATE TABLE faq (
    id UUID PRIMARY KEY NOT NULL,
    category TEXT NOT NULL,
    question TEXT NOT NULL UNIQUE,
    variants JSONB NOT NULL,
    answer TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE default_answer (
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    answered_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, openid)
);
