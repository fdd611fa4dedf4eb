-- The opening review: batches of decisions about records, who said what about each, what came of it, and what of a record
-- is out of reach.

CREATE TABLE review_batch (
    number INTEGER PRIMARY KEY NOT NULL,
    -- Its id in readers' addresses.
    public_id TEXT NOT NULL UNIQUE,
    institution_code TEXT NOT NULL,
    -- What is decided: whether to open what is due, or earlier; to close at once; to publish originals, or no longer.
    kind TEXT NOT NULL CHECK (kind IN ('due', 'early', 'closing', 'publication', 'unpublication')),
    stage TEXT NOT NULL CHECK (stage IN ('drafted', 'initial', 'second', 'sent', 'joint', 'decided', 'carried-out', 'withdrawn')),
    title TEXT NOT NULL,
    -- The legal ground of an early opening, the reason of a closing.
    ground TEXT,
    -- The number of the document that approves it.
    document_number TEXT,
    -- Who agreed that records stay closed beyond their 25 years, and under which number (档案法实施条例 31).
    authority TEXT,
    authority_number TEXT,
    -- What readers are told above the list of opened records.
    notice TEXT,
    carried_at INTEGER
) STRICT;

-- Who brought a batch a step further, and with which words.
CREATE TABLE review_act (
    batch_number INTEGER NOT NULL REFERENCES review_batch (number),
    position INTEGER NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('draft', 'send', 'alone', 'answer', 'decide', 'carry-out', 'withdraw', 'notice')),
    actor TEXT NOT NULL,
    said TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    PRIMARY KEY (batch_number, position)
) STRICT;

-- A record in a batch. The record may go meanwhile: then its row is refused.
CREATE TABLE review_row (
    batch_number INTEGER NOT NULL REFERENCES review_batch (number),
    record_number INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('waiting', 'done', 'refused')),
    refusal TEXT,
    PRIMARY KEY (batch_number, record_number)
) STRICT;

CREATE INDEX review_row_record ON review_row (record_number);

CREATE INDEX review_row_waiting ON review_row (batch_number, record_number) WHERE outcome = 'waiting';

-- What was said about a record at each step.
CREATE TABLE review_opinion (
    batch_number INTEGER NOT NULL,
    record_number INTEGER NOT NULL,
    step TEXT NOT NULL CHECK (step IN ('initial', 'second', 'joint', 'final')),
    verdict TEXT NOT NULL CHECK (verdict IN ('open', 'control', 'defer')),
    reason TEXT CHECK (reason IN ('secrecy', 'interests', 'rights', 'law')),
    said TEXT,
    -- The day of the next review: eight digits.
    review_on INTEGER,
    actor TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    PRIMARY KEY (batch_number, record_number, step),
    FOREIGN KEY (batch_number, record_number) REFERENCES review_row (batch_number, record_number)
) STRICT;

-- When a record that stays closed is reviewed again: eight digits.
CREATE TABLE review_date (
    record_number INTEGER PRIMARY KEY NOT NULL,
    review_on INTEGER NOT NULL,
    batch_number INTEGER NOT NULL REFERENCES review_batch (number)
) STRICT;

-- Copies of what a record says or shows outside the catalogue, as the services that made them report.
CREATE TABLE outside_copy (
    record_number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('article', 'exhibition', 'link', 'harvest')),
    place TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (record_number, kind, place)
) STRICT;

-- The copies that were out when a record was closed.
CREATE TABLE closing_copy (
    batch_number INTEGER NOT NULL REFERENCES review_batch (number),
    record_number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('article', 'exhibition', 'link', 'harvest')),
    place TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (batch_number, record_number, kind, place)
) STRICT;
