-- Answers kept by staff: when rules and questions are in force, how often they answered, who changed them.

ALTER TABLE rule ADD COLUMN schedule JSONB NOT NULL DEFAULT '{}';
-- The same reader gets the answer at most once within so many seconds; 0: whenever it fits.
ALTER TABLE rule ADD COLUMN minimum_interval BIGINT NOT NULL DEFAULT 0;
-- Only readers who came by the code of this scene get the answer; none: everybody.
ALTER TABLE rule ADD COLUMN scene TEXT;
ALTER TABLE rule ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE rule ADD COLUMN hits BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rule ADD COLUMN last_hit_at TIMESTAMPTZ;

ALTER TABLE rule_trigger DROP CONSTRAINT rule_trigger_kind_check;
ALTER TABLE rule_trigger ADD CONSTRAINT rule_trigger_kind_check
    CHECK (kind IN ('equal', 'contain', 'regex', 'click', 'follow', 'scan'));

-- When a reader was last given the answer of a rule that has a minimum interval.
CREATE TABLE rule_given (
    rule UUID NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    given_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (rule, account, openid)
);

ALTER TABLE faq ADD COLUMN schedule JSONB NOT NULL DEFAULT '{}';
ALTER TABLE faq ADD COLUMN links JSONB NOT NULL DEFAULT '[]';
ALTER TABLE faq ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE faq ADD COLUMN hits BIGINT NOT NULL DEFAULT 0;
ALTER TABLE faq ADD COLUMN last_hit_at TIMESTAMPTZ;
