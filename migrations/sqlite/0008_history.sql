-- What records said before: one row for each time a description that had landed was changed, closed, opened or taken away.

CREATE TABLE record_history (
    record_number INTEGER NOT NULL,
    version INTEGER NOT NULL,
    -- Why it was changed: by an import, a rollback, a decision on openness, an approval to publish, by hand.
    cause TEXT NOT NULL CHECK (cause IN ('import', 'rollback', 'decision', 'publication', 'edit')),
    -- The batch or decision that changed it.
    cause_number INTEGER,
    actor TEXT NOT NULL,
    -- What it said until then.
    description TEXT NOT NULL CHECK (json_valid(description)),
    -- The batch that had written that.
    batch_number INTEGER REFERENCES import_batch (number),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (record_number, version)
) STRICT;

CREATE INDEX record_history_cause ON record_history (cause, cause_number);

-- Who changed what a batch had written.
CREATE INDEX record_history_batch ON record_history (batch_number);

-- Records that were taken away with their batch: the number they take up again if they come back, and what harvesters,
-- who may have seen them, are told of them.
CREATE TABLE record_gone (
    public_id TEXT PRIMARY KEY NOT NULL,
    number INTEGER NOT NULL UNIQUE,
    institution_code TEXT NOT NULL,
    fonds_number INTEGER NOT NULL REFERENCES fonds (number),
    -- Since when nobody may see it any more; none if nobody ever might.
    harvest_at INTEGER
) STRICT;

CREATE INDEX record_gone_harvest ON record_gone (harvest_at, number) WHERE harvest_at IS NOT NULL;
