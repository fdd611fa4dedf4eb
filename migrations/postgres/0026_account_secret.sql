-- Secrets of official accounts that staff changed in the console: they stand before those of the settings file.

CREATE TABLE account_secret (
    account TEXT NOT NULL,
    -- The AppSecret, or Token and EncodingAESKey of the callback.
    kind TEXT NOT NULL CHECK (kind IN ('app-secret', 'callback')),
    -- Sealed with the key of the house; none: as in the settings file again.
    sealed TEXT,
    changed_at TIMESTAMPTZ NOT NULL,
    changed_by TEXT NOT NULL,
    -- What WeChat may still use, sealed, and until when it is accepted.
    previous TEXT,
    previous_until TIMESTAMPTZ,
    PRIMARY KEY (account, kind)
);
