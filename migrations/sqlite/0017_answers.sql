-- Answers kept by staff: when rules and questions are in force, how often they answered, who changed them.

ALTER TABLE rule ADD COLUMN schedule TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(schedule));
-- The same reader gets the answer at most once within so many seconds; 0: whenever it fits.
ALTER TABLE rule ADD COLUMN minimum_interval INTEGER NOT NULL DEFAULT 0;
-- Only readers who came by the code of this scene get the answer; none: everybody.
ALTER TABLE rule ADD COLUMN scene TEXT;
ALTER TABLE rule ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE rule ADD COLUMN hits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rule ADD COLUMN last_hit_at INTEGER;

-- A check cannot be changed in place.
CREATE TABLE rule_trigger_new (
    rule TEXT NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('equal', 'contain', 'regex', 'click', 'follow', 'scan')),
    text TEXT NOT NULL,
    PRIMARY KEY (rule, position)
) STRICT;
INSERT INTO rule_trigger_new (rule, position, kind, text) SELECT rule, position, kind, text FROM rule_trigger;
DROP TABLE rule_trigger;
ALTER TABLE rule_trigger_new RENAME TO rule_trigger;

-- When a reader was last given the answer of a rule that has a minimum interval.
CREATE TABLE rule_given (
    rule TEXT NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    PRIMARY KEY (rule, account, openid)
) STRICT;

ALTER TABLE faq ADD COLUMN schedule TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(schedule));
ALTER TABLE faq ADD COLUMN links TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(links));
ALTER TABLE faq ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE faq ADD COLUMN hits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE faq ADD COLUMN last_hit_at INTEGER;
