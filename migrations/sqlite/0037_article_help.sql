-- What helps the editors of articles: their lists, whole and in versions, and the texts that others are compared with.

-- The newest version of a list is in force; the last fifty are kept.
CREATE TABLE push_list_version (
    list TEXT NOT NULL CHECK (list IN ('glossary', 'words', 'weights', 'topics')),
    number INTEGER NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    -- The version whose content it has again; 0: what the program comes with.
    taken_from INTEGER,
    PRIMARY KEY (list, number)
) STRICT;

-- Articles and drafts as plain text, to find passages that others share with them.
CREATE TABLE push_text (
    -- What it is the text of: draft/{id}, plan/{id}.
    origin TEXT PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    -- Without quoted records: those may stand anywhere.
    text TEXT NOT NULL,
    kept_at INTEGER NOT NULL
) STRICT;

CREATE INDEX push_text_kept ON push_text (kept_at);

-- Open records by the day, month or year they are of, for what returns on a day. Queries write the condition as it stands
-- here; a difference, since SQLite would take the equality of two columns apart.
CREATE INDEX record_dated ON record (institution_code, date_from)
    WHERE date_to - date_from = 0 AND NOT date_conjectured AND openness = 'open' AND classification = 'none'
        AND livelihood IS NULL AND restriction <> 'closed' AND disclosure <> 'withheld';
