-- Pushes: rolls of followers as they were frozen, drafts that WeChat was given, and more of what is known about plans and calls.

-- Whom it is for in words, and how many they were when it was approved; none: WeChat counts them.
ALTER TABLE push_plan ADD COLUMN whom TEXT NOT NULL DEFAULT '';
ALTER TABLE push_plan ADD COLUMN people BIGINT;
-- The roll of those followers.
ALTER TABLE push_plan ADD COLUMN roll UUID;
-- Why it was withheld, or who stopped it.
ALTER TABLE push_plan ADD COLUMN told TEXT;

-- When it is tried again at the earliest.
ALTER TABLE push_call ADD COLUMN next_at TIMESTAMPTZ;
-- When WeChat was last asked how it ended.
ALTER TABLE push_call ADD COLUMN asked_at TIMESTAMPTZ;
-- When it was taken away from its readers.
ALTER TABLE push_call ADD COLUMN removed_at TIMESTAMPTZ;

UPDATE push_call SET next_at = last_at;

CREATE INDEX push_call_last_at ON push_call (last_at);

-- Where its articles are, as WeChat told with the end.
ALTER TABLE push_end ADD COLUMN addresses JSONB;

-- The followers that met some conditions at a moment; they stay until their plan has ended.
CREATE TABLE push_roll (
    id UUID PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    -- The conditions in words.
    whom TEXT NOT NULL,
    people BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);

-- As many of them as one call takes.
CREATE TABLE push_roll_part (
    roll UUID NOT NULL REFERENCES push_roll (id) ON DELETE CASCADE,
    batch BIGINT NOT NULL,
    openids JSONB NOT NULL,
    PRIMARY KEY (roll, batch)
);

-- What WeChat was given for a version of a draft: a second click gives it no second one.
CREATE TABLE push_made (
    origin TEXT NOT NULL,
    account TEXT NOT NULL,
    media_id TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (origin, account)
);
