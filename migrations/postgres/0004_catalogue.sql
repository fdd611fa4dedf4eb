-- The catalogue: fonds, descriptions, imports, generated codes, and the log of changes the search indexes follow.

-- Counters taken inside the writing transaction. The row of a counter is a lock as well: changes get their sequence
-- in the order in which they are committed, so a follower that has seen a number has seen all before it.
CREATE TABLE catalogue_counter (
    name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('record', 'change', 'fonds', 'batch')),
    value BIGINT NOT NULL
);

INSERT INTO catalogue_counter (name, value) VALUES ('record', 0), ('change', 0), ('fonds', 0), ('batch', 0);

CREATE TABLE fonds (
    number BIGINT PRIMARY KEY NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    institution_code TEXT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    code_key TEXT COLLATE "C" NOT NULL,
    sort_key TEXT COLLATE "C" NOT NULL,
    title TEXT,
    code_patterns JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (institution_code, code_key)
);

CREATE TABLE import_batch (
    number BIGINT PRIMARY KEY NOT NULL,
    id UUID NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    file_digest TEXT NOT NULL,
    settings_digest TEXT NOT NULL,
    actor TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'rolling-back', 'rolled-back')),
    rows_done BIGINT NOT NULL,
    landed BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);

CREATE INDEX import_batch_unfinished ON import_batch (file_digest, state);

CREATE TABLE import_problem (
    batch_number BIGINT NOT NULL REFERENCES import_batch (number),
    position BIGINT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('error', 'warning')),
    sheet TEXT NOT NULL,
    line BIGINT NOT NULL,
    column_name TEXT,
    code TEXT COLLATE "C" NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (batch_number, position)
);

-- One table for all levels. 秘密 and above have no word here: the check refuses them.
CREATE TABLE record (
    number BIGINT PRIMARY KEY NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    institution_code TEXT NOT NULL,
    fonds_number BIGINT NOT NULL REFERENCES fonds (number),
    level TEXT NOT NULL CHECK (level IN ('institution', 'fonds', 'series', 'volume', 'item')),
    reference_code TEXT COLLATE "C" NOT NULL,
    code_key TEXT COLLATE "C" NOT NULL,
    parent_key TEXT COLLATE "C" NOT NULL,
    holder_key TEXT COLLATE "C" NOT NULL,
    sort_key TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    document_number TEXT,
    creator TEXT,
    date_written TEXT NOT NULL,
    date_from BIGINT,
    date_to BIGINT,
    date_conjectured BOOLEAN NOT NULL,
    document_type TEXT,
    retention TEXT,
    classification TEXT NOT NULL CHECK (classification IN ('none', 'internal')),
    openness TEXT NOT NULL CHECK (openness IN ('open', 'controlled', 'deferred', 'unreviewed')),
    disclosure TEXT NOT NULL CHECK (disclosure IN ('unstated', 'active', 'on-request', 'withheld')),
    published BOOLEAN NOT NULL,
    restriction TEXT NOT NULL CHECK (restriction IN ('none', 'description-only', 'closed')),
    livelihood TEXT,
    elements JSONB NOT NULL,
    digest BIGINT NOT NULL,
    batch_number BIGINT REFERENCES import_batch (number),
    changed_at TIMESTAMPTZ NOT NULL,
    -- When harvesters have to look again: since when it says what it says, or is no longer for everybody; none if it
    -- never was.
    harvest_at TIMESTAMPTZ,
    UNIQUE (institution_code, code_key)
);

-- Hierarchy as readers walk it: what a volume or a fonds holds, in archival order. The holder is the parent where that
-- is described and everybody may see it, else the parent's holder, and at last the fonds.
CREATE INDEX record_place ON record (holder_key, sort_key);

-- What harvesters are told, oldest first.
CREATE INDEX record_harvest ON record (harvest_at, number) WHERE harvest_at IS NOT NULL;

-- Those that their parent does not hold: they move when it lands or opens.
CREATE INDEX record_lifted ON record (parent_key) WHERE parent_key <> holder_key;

-- A code made from a template is given once to the identity of a row and kept.
CREATE TABLE generated_code (
    fonds_number BIGINT NOT NULL REFERENCES fonds (number),
    identity TEXT COLLATE "C" NOT NULL,
    reference_code TEXT COLLATE "C" NOT NULL,
    row_number BIGINT NOT NULL,
    PRIMARY KEY (fonds_number, identity),
    UNIQUE (fonds_number, reference_code)
);

-- What the indexes have to follow: records numbered first to last have changed or gone.
CREATE TABLE index_change (
    sequence BIGINT PRIMARY KEY NOT NULL,
    first_number BIGINT NOT NULL,
    last_number BIGINT NOT NULL
);
