-- Requests to take a list of persons along: another member of staff decides, then whoever asked may fetch it.
CREATE TABLE personal_list_request (
    id TEXT PRIMARY KEY NOT NULL,
    list TEXT NOT NULL CHECK (list IN ('conversations', 'staff')),
    -- What narrows the list, as it was when it was asked for; in words as well.
    filters TEXT NOT NULL CHECK (json_valid(filters)),
    filters_told TEXT NOT NULL,
    rows_counted INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'fetched')),
    decided_by TEXT,
    decided_at INTEGER,
    reason TEXT,
    fetches INTEGER NOT NULL CHECK (fetches BETWEEN 0 AND 3),
    fetched_at INTEGER,
    CHECK (decided_by <> asked_by),
    CHECK ((state = 'waiting') = (decided_by IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((state = 'refused') = (reason IS NOT NULL)),
    CHECK ((state = 'fetched') = (fetches > 0)),
    CHECK ((state = 'fetched') = (fetched_at IS NOT NULL))
) STRICT;

CREATE INDEX personal_list_request_asked ON personal_list_request (asked_by, asked_at);
CREATE INDEX personal_list_request_state ON personal_list_request (state, asked_at);
