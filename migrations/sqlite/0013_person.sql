-- Whom a description of livelihood records is about: one row for each person named in it.

CREATE TABLE record_person (
    record_number INTEGER NOT NULL REFERENCES record (number) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- In what capacity: the person themselves, husband or wife, kin.
    role TEXT NOT NULL CHECK (role IN ('subject', 'man', 'woman', 'spouse', 'parent', 'child')),
    -- The ID number, sealed with the key of the house, and the keyed hash by which it is found.
    id_sealed TEXT,
    id_lookup TEXT,
    -- The date of birth, eight digits with 00 for what is not known.
    born INTEGER,
    PRIMARY KEY (record_number, position)
) STRICT;

CREATE INDEX record_person_id ON record_person (id_lookup) WHERE id_lookup IS NOT NULL;
CREATE INDEX record_person_name ON record_person (name);
