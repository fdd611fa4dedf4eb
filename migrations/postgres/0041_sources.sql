-- Where headlines come from, what came, and two more lists of the editors: the sources themselves, and the colours of the house.

ALTER TABLE push_list_version DROP CONSTRAINT push_list_version_list_check;
ALTER TABLE push_list_version ADD CONSTRAINT push_list_version_list_check
    CHECK (list IN ('glossary', 'words', 'weights', 'topics', 'sources', 'colours'));

-- How a source does; one that was never tried has no row.
CREATE TABLE push_source (
    address TEXT PRIMARY KEY NOT NULL,
    tried_at TIMESTAMPTZ NOT NULL,
    succeeded_at TIMESTAMPTZ,
    -- Why the last try failed, in words; NULL if it did not.
    fault TEXT,
    -- Headlines that came with the last success.
    entries BIGINT NOT NULL
);

-- What the last success of a source brought, in its order.
CREATE TABLE push_headline (
    source TEXT NOT NULL REFERENCES push_source (address) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    -- Where it leads; may be empty.
    address TEXT NOT NULL,
    -- When it was published, as the source says.
    published_at TIMESTAMPTZ,
    PRIMARY KEY (source, position)
);
