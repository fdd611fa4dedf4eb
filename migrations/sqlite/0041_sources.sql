-- Where headlines come from, what came, and two more lists of the editors: the sources themselves, and the colours of the house.

CREATE TABLE push_list_version_wider (
    list TEXT NOT NULL CHECK (list IN ('glossary', 'words', 'weights', 'topics', 'sources', 'colours')),
    number INTEGER NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    -- The version whose content it has again; 0: what the program comes with.
    taken_from INTEGER,
    PRIMARY KEY (list, number)
) STRICT;

INSERT INTO push_list_version_wider (list, number, content, changed_at, changed_by, taken_from)
SELECT list, number, content, changed_at, changed_by, taken_from FROM push_list_version;
DROP TABLE push_list_version;
ALTER TABLE push_list_version_wider RENAME TO push_list_version;

-- How a source does; one that was never tried has no row.
CREATE TABLE push_source (
    address TEXT PRIMARY KEY NOT NULL,
    tried_at INTEGER NOT NULL,
    succeeded_at INTEGER,
    -- Why the last try failed, in words; NULL if it did not.
    fault TEXT,
    -- Headlines that came with the last success.
    entries INTEGER NOT NULL
) STRICT;

-- What the last success of a source brought, in its order.
CREATE TABLE push_headline (
    source TEXT NOT NULL REFERENCES push_source (address) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    -- Where it leads; may be empty.
    address TEXT NOT NULL,
    -- When it was published, as the source says.
    published_at INTEGER,
    PRIMARY KEY (source, position)
) STRICT;
