-- Lookups that the account guides by questions: where each stands, for half an hour after its last question. What was
-- answered holds no personal data: of records about persons only choices and years.

CREATE TABLE lookup (
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    -- What is looked for; none: that is what is asked.
    kind TEXT CHECK (kind IN ('marriage', 'educated-youth', 'recruitment', 'service', 'school', 'veteran', 'single-child',
        'land', 'forest', 'house', 'honour', 'other', 'documents')),
    -- What is asked now.
    step TEXT NOT NULL CHECK (step IN ('what', 'who', 'when', 'where', 'about', 'issuer', 'told')),
    answers JSONB NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, openid)
);

CREATE INDEX lookup_ends ON lookup (ends_at);
