-- What readers ask for: what they did not find, and what is read when they ask.

-- What readers asked for and the open catalogue did not have, without anything that names a person.
CREATE TABLE gap (
    number INTEGER PRIMARY KEY NOT NULL,
    institution_code TEXT NOT NULL,
    text TEXT NOT NULL,
    text_key TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    -- What was done about it.
    note TEXT,
    closed_by TEXT,
    UNIQUE (institution_code, text_key)
) STRICT;

CREATE INDEX gap_most ON gap (institution_code, state, times, last_at);

-- It is looked every minute whether the names of places have changed.
CREATE INDEX authority_places ON authority (institution_code, changed_at) WHERE kind = 'place';
