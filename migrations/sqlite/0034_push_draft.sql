-- Drafts of pushes: their versions, what reviewers said, and the records they quote.

CREATE TABLE push_draft (
    id TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('articles', 'text', 'image', 'voice', 'video')),
    -- As lists show it, taken from the newest version.
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('writing', 'in_review', 'returned', 'approved', 'discarded')),
    -- The number of the newest version.
    version INTEGER NOT NULL,
    -- Counts every save: whoever saves names the one they began from.
    saves INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    -- Who brought it into its state, when, and why it was returned.
    moved_by TEXT NOT NULL,
    moved_at INTEGER NOT NULL,
    reason TEXT
) STRICT;

CREATE TABLE push_draft_version (
    draft TEXT NOT NULL REFERENCES push_draft (id),
    number INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    digest TEXT NOT NULL,
    author TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    -- Reviewers have seen it: the next save makes another.
    sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
    PRIMARY KEY (draft, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE push_draft_comment (
    id TEXT PRIMARY KEY NOT NULL,
    draft TEXT NOT NULL REFERENCES push_draft (id),
    version INTEGER NOT NULL,
    -- The article and the block it is about, from 0; none: the whole draft.
    article INTEGER,
    block INTEGER,
    -- How the block began when this was said.
    about TEXT NOT NULL,
    text TEXT NOT NULL,
    author TEXT NOT NULL,
    said_at INTEGER NOT NULL,
    resolved_by TEXT,
    resolved_at INTEGER
) STRICT;

CREATE INDEX push_draft_comment_draft ON push_draft_comment (draft);

-- The records that the newest version quotes, by their public ids.
CREATE TABLE push_draft_record (
    draft TEXT NOT NULL REFERENCES push_draft (id),
    record TEXT NOT NULL,
    PRIMARY KEY (draft, record)
) STRICT, WITHOUT ROWID;

CREATE INDEX push_draft_record_record ON push_draft_record (record);
