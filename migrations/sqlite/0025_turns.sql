-- Who is on duty, and what becomes of who waits: assignment in turn, escalation.

CREATE TABLE consult_duty (
    -- The account's name, as the conversation keeps who has it.
    staff TEXT PRIMARY KEY NOT NULL,
    -- Since when and until when on duty; neither: off duty.
    since_at INTEGER,
    until_at INTEGER,
    -- When a conversation was last given in turn.
    given_at INTEGER
) STRICT;

-- Whether whoever has it was given it in turn.
ALTER TABLE conversation ADD COLUMN in_turn INTEGER NOT NULL DEFAULT 0 CHECK (in_turn IN (0, 1));
ALTER TABLE conversation ADD COLUMN escalated_at INTEGER;
CREATE INDEX conversation_unanswered ON conversation (waiting_since) WHERE waiting_since IS NOT NULL;
