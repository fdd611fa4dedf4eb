-- The staff's subject directory, and authority records of bodies, persons and places.

-- A tree of headings. The code stays when a heading is renamed or moved.
CREATE TABLE subject_heading (
    id UUID PRIMARY KEY NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    institution_code TEXT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    code_key TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    parent UUID REFERENCES subject_heading (id),
    position BIGINT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    UNIQUE (institution_code, code_key)
);

-- Which heading a record stands under. What a row of an import wrote is kept also where no heading is called so yet.
CREATE TABLE record_heading (
    record_number BIGINT NOT NULL REFERENCES record (number) ON DELETE CASCADE,
    written_key TEXT COLLATE "C" NOT NULL,
    heading UUID REFERENCES subject_heading (id),
    source TEXT NOT NULL CHECK (source IN ('import', 'assignment')),
    PRIMARY KEY (record_number, written_key)
);

CREATE INDEX record_heading_heading ON record_heading (heading, record_number);
CREATE INDEX record_heading_loose ON record_heading (written_key) WHERE heading IS NULL;

-- An entity that creates records or that they are about (ISAAR (CPF)).
CREATE TABLE authority (
    id UUID PRIMARY KEY NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    institution_code TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('body', 'person', 'place')),
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    dates TEXT NOT NULL,
    history TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    UNIQUE (institution_code, kind, name_key)
);

-- Its other names, and the names of what came before and after it.
CREATE TABLE authority_name (
    authority UUID NOT NULL REFERENCES authority (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    relation TEXT NOT NULL CHECK (relation IN ('variant', 'earlier', 'later', 'predecessor', 'successor')),
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    period TEXT NOT NULL,
    PRIMARY KEY (authority, position)
);

CREATE INDEX authority_name_key ON authority_name (name_key);
