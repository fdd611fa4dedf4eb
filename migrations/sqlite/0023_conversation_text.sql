-- What was said in conversations, as it is searched: a word of letters for each pair of neighbouring characters. The index is
-- this database's own and stands for the one on an expression in the other.
CREATE TABLE conversation_text (
    number INTEGER PRIMARY KEY NOT NULL,
    message TEXT NOT NULL UNIQUE REFERENCES conversation_message (id) ON DELETE CASCADE,
    grams TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE conversation_text_index USING fts5 (
    grams, content = 'conversation_text', content_rowid = 'number', detail = 'none', columnsize = 0
);

CREATE TRIGGER conversation_text_added AFTER INSERT ON conversation_text BEGIN
    INSERT INTO conversation_text_index (rowid, grams) VALUES (new.number, new.grams);
END;
CREATE TRIGGER conversation_text_removed AFTER DELETE ON conversation_text BEGIN
    INSERT INTO conversation_text_index (conversation_text_index, rowid, grams) VALUES ('delete', old.number, old.grams);
END;

CREATE INDEX conversation_last ON conversation (last_at, id);
