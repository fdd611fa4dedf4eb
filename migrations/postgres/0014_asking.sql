-- What readers ask for: what they did not find, and what is read when they ask.

-- What readers asked for and the open catalogue did not have, without anything that names a person.
CREATE TABLE gap (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    institution_code TEXT NOT NULL,
    text TEXT NOT NULL,
    text_key TEXT COLLATE "C" NOT NULL,
    times BIGINT NOT NULL,
    first_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    -- What was done about it.
    note TEXT,
    closed_by TEXT,
    UNIQUE (institution_code, text_key)
);

CREATE INDEX gap_most ON gap (institution_code, state, times, last_at);

-- It is looked every minute whether the names of places have changed.
CREATE INDEX authority_places ON authority (institution_code, changed_at) WHERE kind = 'place';
