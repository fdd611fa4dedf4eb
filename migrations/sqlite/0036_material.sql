-- The library of materials of articles: pictures, voice, films and texts, where they are used, and what WeChat has of them.

CREATE TABLE material (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'voice', 'video', 'thumb', 'text')),
    title TEXT NOT NULL,
    -- What a picture shows, for who cannot see it.
    alternative TEXT NOT NULL,
    -- Who keeps it, of which fonds, 档号 and 题名, where it comes from a record.
    citation TEXT NOT NULL,
    -- A text block as Markdown; empty for files.
    text TEXT NOT NULL,
    -- The digests of the file as it came: the same file is taken once. None for texts and for what was made here.
    came_as TEXT UNIQUE,
    -- The file as it lies in the store.
    file TEXT CHECK (json_valid(file)),
    -- The public ids of the record and of its page.
    record TEXT,
    page TEXT,
    -- What it was cut out of.
    parent TEXT REFERENCES material (id) ON DELETE SET NULL,
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE material_tag (
    material TEXT NOT NULL REFERENCES material (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (material, tag)
) STRICT, WITHOUT ROWID;

-- Which drafts show it, as of their newest version.
CREATE TABLE material_use (
    material TEXT NOT NULL REFERENCES material (id),
    draft TEXT NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (material, draft)
) STRICT, WITHOUT ROWID;

CREATE INDEX material_use_draft ON material_use (draft);

-- What an account of WeChat has: a picture for articles by its address, permanent material by its id.
CREATE TABLE material_at_wechat (
    account TEXT NOT NULL,
    digest TEXT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('article', 'permanent')),
    address TEXT NOT NULL,
    media_id TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (account, digest, way)
) STRICT, WITHOUT ROWID;
