-- What staff keep of the house: each part whole, a version for each change. The newest of a part is in force; what was
-- taken back is a version of its own, so nothing that was ever shown is lost.

CREATE TABLE house_version (
    part TEXT NOT NULL CHECK (part IN ('profile', 'hours', 'calendar', 'notices', 'texts')),
    number INTEGER NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    -- The version whose content it has again; 0: what the settings say.
    taken_from INTEGER,
    PRIMARY KEY (part, number)
) STRICT;
