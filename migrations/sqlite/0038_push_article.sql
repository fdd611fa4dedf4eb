-- Articles that went out, or are about to: readers of the site keep finding the former. And what WeChat counted of them.

CREATE TABLE push_article (
    -- By chance: it stands in the article's address.
    id TEXT PRIMARY KEY NOT NULL,
    plan TEXT NOT NULL REFERENCES push_plan (id),
    -- From 1, in the order of the issue.
    position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 8),
    account TEXT NOT NULL,
    title TEXT NOT NULL,
    article TEXT NOT NULL CHECK (json_valid(article)),
    -- What is written in it, folded, to be searched.
    words TEXT NOT NULL,
    -- When WeChat took it; before that nobody outside sees it.
    sent_at INTEGER,
    -- Taken off the site by a member of staff.
    hidden_at INTEGER,
    UNIQUE (plan, position)
) STRICT;

CREATE INDEX push_article_sent_at ON push_article (sent_at) WHERE sent_at IS NOT NULL AND hidden_at IS NULL;

-- WeChat's keys of a plan's articles in its comments and statistics: one for each call.
CREATE TABLE push_article_key (
    account TEXT NOT NULL,
    msg_data_id INTEGER NOT NULL,
    plan TEXT NOT NULL REFERENCES push_plan (id),
    PRIMARY KEY (account, msg_data_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX push_article_key_plan ON push_article_key (plan);

-- The records it quotes, by their public ids.
CREATE TABLE push_article_record (
    record TEXT NOT NULL,
    article TEXT NOT NULL REFERENCES push_article (id),
    PRIMARY KEY (record, article)
) STRICT, WITHOUT ROWID;

-- What readers did with an article from its push to the end of a day, as WeChat counts it (getarticletotal).
CREATE TABLE push_reading (
    account TEXT NOT NULL,
    msg_data_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    day TEXT NOT NULL,
    targets INTEGER NOT NULL,
    readers INTEGER NOT NULL,
    readings INTEGER NOT NULL,
    sharers INTEGER NOT NULL,
    shares INTEGER NOT NULL,
    keepers INTEGER NOT NULL,
    PRIMARY KEY (account, msg_data_id, position, day)
) STRICT, WITHOUT ROWID;

-- Who came and went on a day (getusersummary).
CREATE TABLE push_followers (
    account TEXT NOT NULL,
    day TEXT NOT NULL,
    came INTEGER NOT NULL,
    went INTEGER NOT NULL,
    PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;
