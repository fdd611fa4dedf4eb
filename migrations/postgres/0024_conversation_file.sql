-- Pictures, voice and films that readers send in the chat: what was sent, and how far it has come.

CREATE TABLE conversation_file (
    id UUID PRIMARY KEY NOT NULL,
    -- The message it came with; none once that was removed, and then the file is to be removed as well.
    message UUID UNIQUE REFERENCES conversation_message (id) ON DELETE SET NULL,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'voice', 'video')),
    state TEXT NOT NULL CHECK (state IN ('coming', 'kept', 'refused', 'gone')),
    -- Why it is refused or gone, and what to do.
    told TEXT,
    sent_at TIMESTAMPTZ NOT NULL,
    -- Its name with WeChat, for three days; none once it is not needed.
    media_id TEXT,
    -- What it is by its own bytes, and how many they are.
    media_type TEXT,
    bytes BIGINT,
    -- Of the sealed file, as it lies in the store.
    digest TEXT
);

CREATE INDEX conversation_file_leaving ON conversation_file (id)
    WHERE message IS NULL OR (state = 'gone' AND digest IS NOT NULL);
