-- The codes a follower scanned, the last ones: shown to whoever answers them, forgotten when they leave.
CREATE TABLE follower_scan (
    account TEXT NOT NULL,
    openid TEXT NOT NULL,
    scanned_at TIMESTAMPTZ NOT NULL,
    scene TEXT NOT NULL,
    PRIMARY KEY (account, openid, scanned_at)
);
