-- Visitors' sessions. Only a digest of the cookie is kept: whoever reads the table cannot become somebody.

CREATE TABLE web_session (
    digest TEXT PRIMARY KEY NOT NULL,
    person UUID,
    strength TEXT NOT NULL CHECK (strength IN ('anonymous', 'known', 'verified')),
    started_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX web_session_person ON web_session (person);
CREATE INDEX web_session_seen ON web_session (seen_at);
