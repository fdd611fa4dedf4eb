-- What is learned from what readers ask: how it was answered, day by day, and what had no answer.

CREATE TABLE consultation_day (
    -- Asia/Shanghai, YYYY-MM-DD
    day TEXT NOT NULL,
    -- How: rule, faq, records, guidance, default, human
    answered TEXT NOT NULL,
    questions BIGINT NOT NULL,
    PRIMARY KEY (day, answered)
);

CREATE TABLE unanswered_question (
    -- The question in its searchable form.
    key TEXT PRIMARY KEY NOT NULL,
    text TEXT NOT NULL,
    asked BIGINT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    -- When staff laid it aside; asked again later it is there again.
    dismissed_at TIMESTAMPTZ
);

CREATE INDEX unanswered_question_last ON unanswered_question (last_at);
