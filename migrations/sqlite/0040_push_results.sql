-- What came of pushes beyond the counts of articles: hours, visits of our own site, comments; and when WeChat was last asked.

-- What links of the article to our own site say of it, by which their visits are counted; none before there were any.
ALTER TABLE push_article ADD COLUMN tag TEXT;
-- Whether readers may comment on it, as staff last decided here; none: as it was sent.
ALTER TABLE push_article ADD COLUMN comments_open INTEGER CHECK (comments_open IN (0, 1));

CREATE INDEX push_article_tag ON push_article (tag) WHERE tag IS NOT NULL;

-- Readings of all articles of an account in an hour of a day, as WeChat counts them (getuserreadhour).
CREATE TABLE push_hour (
    account TEXT NOT NULL,
    day TEXT NOT NULL,
    hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
    readers INTEGER NOT NULL,
    readings INTEGER NOT NULL,
    PRIMARY KEY (account, day, hour)
) STRICT, WITHOUT ROWID;

-- How often links of an article led to our own site on a day. Nothing about who.
CREATE TABLE push_visit (
    tag TEXT NOT NULL,
    day TEXT NOT NULL,
    visits INTEGER NOT NULL,
    PRIMARY KEY (tag, day)
) STRICT, WITHOUT ROWID;

-- How many comments an article had when WeChat was last asked. What they say stays with WeChat.
CREATE TABLE push_comment_count (
    account TEXT NOT NULL,
    msg_data_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    comments INTEGER NOT NULL,
    counted_at INTEGER NOT NULL,
    PRIMARY KEY (account, msg_data_id, position)
) STRICT, WITHOUT ROWID;

-- When an account's counts were last asked for, and why WeChat did not give them; none: it gave what it had.
CREATE TABLE push_fetched (
    account TEXT PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    told TEXT
) STRICT, WITHOUT ROWID;
