-- Readers as WeChat's followers, tickets already used, and sign-ins under way.

CREATE TABLE reader (
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    person TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account, openid)
) STRICT;

CREATE INDEX reader_person ON reader (person);

CREATE TABLE ticket_use (
    number TEXT PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX ticket_use_expires ON ticket_use (expires_at);

-- States and browsers are kept as digests: whoever reads the table cannot finish somebody's sign-in.
CREATE TABLE sign_in (
    state TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    browser TEXT NOT NULL,
    destination TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    code TEXT,
    person TEXT
) STRICT;

CREATE INDEX sign_in_begun ON sign_in (begun_at);
