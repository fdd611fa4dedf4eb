-- Originals: the digital files of descriptions, the public copies of their pages, and what was found when they were
-- examined.

-- An original belongs to a code, not to a row: it stays through rollback and re-import.
CREATE TABLE original (
    id UUID PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    institution_code TEXT NOT NULL,
    code_key TEXT NOT NULL,
    -- Its place among the originals of the code, from 1.
    position BIGINT NOT NULL,
    label TEXT,
    file_name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('jpeg', 'png', 'tiff', 'pdf', 'mp3', 'm4a', 'wav', 'mp4')),
    -- Of the file as it came: SHA-256 and SM3.
    digest TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    -- Not shown although its record is published.
    withheld BOOLEAN NOT NULL,
    added_by TEXT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX original_place ON original (institution_code, code_key, position);
CREATE INDEX original_digest ON original (digest);

CREATE TABLE original_page (
    public_id TEXT PRIMARY KEY,
    original_id UUID NOT NULL REFERENCES original (id) ON DELETE CASCADE,
    -- From 1.
    page BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    -- Of the public copy.
    copy_digest TEXT NOT NULL
);

CREATE INDEX original_page_order ON original_page (original_id, page);
CREATE INDEX original_page_copy ON original_page (copy_digest);

-- The four-property check, one row for each file that was given, whether it was taken or not.
CREATE TABLE original_check (
    id UUID PRIMARY KEY,
    institution_code TEXT NOT NULL,
    code_key TEXT NOT NULL,
    file_name TEXT NOT NULL,
    digest TEXT,
    verdict TEXT NOT NULL CHECK (verdict IN ('passed', 'suspect', 'failed')),
    findings JSONB NOT NULL,
    checked_by TEXT NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX original_check_code ON original_check (institution_code, code_key, checked_at);
