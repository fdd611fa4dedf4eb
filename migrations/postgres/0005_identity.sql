-- Readers as WeChat's followers, tickets already used, and sign-ins under way.

CREATE TABLE reader (
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    person UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, openid)
);

CREATE INDEX reader_person ON reader (person);

CREATE TABLE ticket_use (
    number TEXT PRIMARY KEY NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX ticket_use_expires ON ticket_use (expires_at);

-- States and browsers are kept as digests: whoever reads the table cannot finish somebody's sign-in.
CREATE TABLE sign_in (
    state TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    browser TEXT NOT NULL,
    destination TEXT NOT NULL,
    begun_at TIMESTAMPTZ NOT NULL,
    code TEXT,
    person UUID
);

CREATE INDEX sign_in_begun ON sign_in (begun_at);
