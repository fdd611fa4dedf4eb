-- Visitors' sessions. Only a digest of the cookie is kept: whoever reads the table cannot become somebody.

CREATE TABLE web_session (
    digest TEXT PRIMARY KEY NOT NULL,
    person TEXT,
    strength TEXT NOT NULL CHECK (strength IN ('anonymous', 'known', 'verified')),
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;

CREATE INDEX web_session_person ON web_session (person);
CREATE INDEX web_session_seen ON web_session (seen_at);
