-- Drafts of pushes: their versions, what reviewers said, and the records they quote.

CREATE TABLE push_draft (
    id UUID PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('articles', 'text', 'image', 'voice', 'video')),
    -- As lists show it, taken from the newest version.
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('writing', 'in_review', 'returned', 'approved', 'discarded')),
    -- The number of the newest version.
    version BIGINT NOT NULL,
    -- Counts every save: whoever saves names the one they began from.
    saves BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    -- Who brought it into its state, when, and why it was returned.
    moved_by TEXT NOT NULL,
    moved_at TIMESTAMPTZ NOT NULL,
    reason TEXT
);

CREATE TABLE push_draft_version (
    draft UUID NOT NULL REFERENCES push_draft (id),
    number BIGINT NOT NULL,
    body JSONB NOT NULL,
    digest TEXT NOT NULL,
    author TEXT NOT NULL,
    began_at TIMESTAMPTZ NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL,
    -- Reviewers have seen it: the next save makes another.
    sealed BOOLEAN NOT NULL,
    PRIMARY KEY (draft, number)
);

CREATE TABLE push_draft_comment (
    id UUID PRIMARY KEY NOT NULL,
    draft UUID NOT NULL REFERENCES push_draft (id),
    version BIGINT NOT NULL,
    -- The article and the block it is about, from 0; none: the whole draft.
    article BIGINT,
    block BIGINT,
    -- How the block began when this was said.
    about TEXT NOT NULL,
    text TEXT NOT NULL,
    author TEXT NOT NULL,
    said_at TIMESTAMPTZ NOT NULL,
    resolved_by TEXT,
    resolved_at TIMESTAMPTZ
);

CREATE INDEX push_draft_comment_draft ON push_draft_comment (draft);

-- The records that the newest version quotes, by their public ids.
CREATE TABLE push_draft_record (
    draft UUID NOT NULL REFERENCES push_draft (id),
    record TEXT NOT NULL,
    PRIMARY KEY (draft, record)
);

CREATE INDEX push_draft_record_record ON push_draft_record (record);
