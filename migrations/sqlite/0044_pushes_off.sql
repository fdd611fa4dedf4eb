-- Readers who do not want pushes by list. Who leaves is forgotten with it.
ALTER TABLE follower ADD COLUMN pushes_off_at INTEGER;
CREATE INDEX follower_pushes_off ON follower (account, openid) WHERE pushes_off_at IS NOT NULL;
