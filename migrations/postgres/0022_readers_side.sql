-- What readers write on the site instead of in the chat: staff are told where it was said.

ALTER TABLE conversation_message ADD COLUMN from_site BOOLEAN NOT NULL DEFAULT FALSE;
