-- Wordings of frequent questions as vectors of a model that tells meanings apart, if the house has one.

CREATE TABLE faq_vector (
    faq TEXT NOT NULL REFERENCES faq (id) ON DELETE CASCADE,
    -- SM3 of the wording
    wording TEXT NOT NULL,
    model TEXT NOT NULL,
    -- Of length 1: its numbers in single precision, little-endian
    vector BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (faq, wording)
) STRICT;
