-- Lists of the inbox: who waits longest, and what somebody holds.
CREATE INDEX conversation_waiting ON conversation (state, waiting_since, id);
CREATE INDEX conversation_held ON conversation (state, assigned_to, last_at);
-- What a search reads of every conversation, and nothing else of it.
CREATE INDEX conversation_named ON conversation (topic, reader_name, id);
