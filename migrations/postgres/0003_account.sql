-- The official accounts: callback inbox, late answers, followers, tokens, menus, scene codes.

-- The key begins with the time, so that new keys land side by side and old ones are pruned by range. Answers are the
-- clear XML that was sealed; an empty one is a bare `success`. There is no index by person: it would cost every delivery
-- a page of its own, and only who leaves is looked for.
CREATE TABLE inbox (
    key TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    openid TEXT,
    kind TEXT NOT NULL,
    content TEXT,
    answer TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL
);

-- Followers who left and whose deliveries are still to be stripped of what is personal.
CREATE TABLE leaver (
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    left_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, openid)
);

CREATE TABLE late_answer (
    key TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    fetch_token TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'waiting')),
    message TEXT NOT NULL,
    answer TEXT,
    asked_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX late_answer_of_person ON late_answer (account, openid);

CREATE TABLE follower (
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    followed_at TIMESTAMPTZ,
    scene TEXT,
    last_seen_at TIMESTAMPTZ NOT NULL,
    message_window_at TIMESTAMPTZ,
    message_window_used BIGINT NOT NULL DEFAULT 0,
    act_window_at TIMESTAMPTZ,
    act_window_used BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account, openid)
);

CREATE TABLE account_token (
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, name)
);

CREATE TABLE menu (
    account TEXT PRIMARY KEY NOT NULL,
    buttons JSONB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'published', 'refused')),
    errcode BIGINT,
    changed_at TIMESTAMPTZ NOT NULL,
    published_at TIMESTAMPTZ
);

CREATE TABLE scene_code (
    account TEXT NOT NULL,
    scene TEXT NOT NULL,
    ticket TEXT NOT NULL,
    url TEXT NOT NULL,
    expires_at TIMESTAMPTZ,
    PRIMARY KEY (account, scene)
);
