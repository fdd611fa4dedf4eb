-- The catalogue: fonds, descriptions, imports, generated codes, and the log of changes the search indexes follow.

-- Counters taken inside the writing transaction. The row of a counter is a lock as well: changes get their sequence
-- in the order in which they are committed, so a follower that has seen a number has seen all before it.
CREATE TABLE catalogue_counter (
    name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('record', 'change', 'fonds', 'batch')),
    value INTEGER NOT NULL
) STRICT;

INSERT INTO catalogue_counter (name, value) VALUES ('record', 0), ('change', 0), ('fonds', 0), ('batch', 0);

CREATE TABLE fonds (
    number INTEGER PRIMARY KEY NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    institution_code TEXT NOT NULL,
    code TEXT NOT NULL,
    code_key TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    title TEXT,
    code_patterns TEXT NOT NULL CHECK (json_valid(code_patterns)),
    created_at INTEGER NOT NULL,
    UNIQUE (institution_code, code_key)
) STRICT;

CREATE TABLE import_batch (
    number INTEGER PRIMARY KEY NOT NULL,
    id TEXT NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    file_digest TEXT NOT NULL,
    settings_digest TEXT NOT NULL,
    actor TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'rolling-back', 'rolled-back')),
    rows_done INTEGER NOT NULL,
    landed INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;

CREATE INDEX import_batch_unfinished ON import_batch (file_digest, state);

CREATE TABLE import_problem (
    batch_number INTEGER NOT NULL REFERENCES import_batch (number),
    position INTEGER NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('error', 'warning')),
    sheet TEXT NOT NULL,
    line INTEGER NOT NULL,
    column_name TEXT,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (batch_number, position)
) STRICT;

-- One table for all levels. 秘密 and above have no word here: the check refuses them.
CREATE TABLE record (
    number INTEGER PRIMARY KEY NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    institution_code TEXT NOT NULL,
    fonds_number INTEGER NOT NULL REFERENCES fonds (number),
    level TEXT NOT NULL CHECK (level IN ('institution', 'fonds', 'series', 'volume', 'item')),
    reference_code TEXT NOT NULL,
    code_key TEXT NOT NULL,
    parent_key TEXT NOT NULL,
    holder_key TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    title TEXT NOT NULL,
    document_number TEXT,
    creator TEXT,
    date_written TEXT NOT NULL,
    date_from INTEGER,
    date_to INTEGER,
    date_conjectured INTEGER NOT NULL CHECK (date_conjectured IN (0, 1)),
    document_type TEXT,
    retention TEXT,
    classification TEXT NOT NULL CHECK (classification IN ('none', 'internal')),
    openness TEXT NOT NULL CHECK (openness IN ('open', 'controlled', 'deferred', 'unreviewed')),
    disclosure TEXT NOT NULL CHECK (disclosure IN ('unstated', 'active', 'on-request', 'withheld')),
    published INTEGER NOT NULL CHECK (published IN (0, 1)),
    restriction TEXT NOT NULL CHECK (restriction IN ('none', 'description-only', 'closed')),
    livelihood TEXT,
    elements TEXT NOT NULL CHECK (json_valid(elements)),
    digest INTEGER NOT NULL,
    batch_number INTEGER REFERENCES import_batch (number),
    changed_at INTEGER NOT NULL,
    -- When harvesters have to look again: since when it says what it says, or is no longer for everybody; none if it
    -- never was.
    harvest_at INTEGER,
    UNIQUE (institution_code, code_key)
) STRICT;

-- Hierarchy as readers walk it: what a volume or a fonds holds, in archival order. The holder is the parent where that
-- is described and everybody may see it, else the parent's holder, and at last the fonds.
CREATE INDEX record_place ON record (holder_key, sort_key);

-- What harvesters are told, oldest first.
CREATE INDEX record_harvest ON record (harvest_at, number) WHERE harvest_at IS NOT NULL;

-- Those that their parent does not hold: they move when it lands or opens.
CREATE INDEX record_lifted ON record (parent_key) WHERE parent_key <> holder_key;

-- A code made from a template is given once to the identity of a row and kept.
CREATE TABLE generated_code (
    fonds_number INTEGER NOT NULL REFERENCES fonds (number),
    identity TEXT NOT NULL,
    reference_code TEXT NOT NULL,
    row_number INTEGER NOT NULL,
    PRIMARY KEY (fonds_number, identity),
    UNIQUE (fonds_number, reference_code)
) STRICT;

-- What the indexes have to follow: records numbered first to last have changed or gone.
CREATE TABLE index_change (
    sequence INTEGER PRIMARY KEY NOT NULL,
    first_number INTEGER NOT NULL,
    last_number INTEGER NOT NULL
) STRICT;
