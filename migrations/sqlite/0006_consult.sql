-- Automatic replies: keyword rules, frequent questions, and to whom the default answer was given.

CREATE TABLE rule (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('all', 'random-one')),
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE rule_trigger (
    rule TEXT NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('equal', 'contain', 'click', 'follow', 'scan')),
    text TEXT NOT NULL,
    PRIMARY KEY (rule, position)
) STRICT;

CREATE TABLE rule_reply (
    rule TEXT NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    PRIMARY KEY (rule, position)
) STRICT;

CREATE TABLE faq (
    id TEXT PRIMARY KEY NOT NULL,
    category TEXT NOT NULL,
    question TEXT NOT NULL UNIQUE,
    variants TEXT NOT NULL CHECK (json_valid(variants)),
    answer TEXT NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE default_answer (
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    answered_at INTEGER NOT NULL,
    PRIMARY KEY (account, openid)
) STRICT;
