-- What was said in conversations, as it is searched: a word of letters for each pair of neighbouring characters.
CREATE TABLE conversation_text (
    number BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    message UUID NOT NULL UNIQUE REFERENCES conversation_message (id) ON DELETE CASCADE,
    grams TEXT NOT NULL
);

CREATE INDEX conversation_text_index ON conversation_text USING gin (to_tsvector('simple', grams));

CREATE INDEX conversation_last ON conversation (last_at, id);
