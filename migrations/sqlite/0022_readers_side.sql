-- What readers write on the site instead of in the chat: staff are told where it was said.

ALTER TABLE conversation_message ADD COLUMN from_site INTEGER NOT NULL DEFAULT 0 CHECK (from_site IN (0, 1));
