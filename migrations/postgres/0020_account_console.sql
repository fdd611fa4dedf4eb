-- What staff keep about the official accounts: drafts and versions of menus, what scene codes are for, what they brought.

-- Who ordered the menu to be published; none: the house itself, when it opened.
ALTER TABLE menu ADD COLUMN ordered_by TEXT;

CREATE TABLE menu_draft (
    account TEXT PRIMARY KEY NOT NULL,
    buttons JSONB NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    changed_by TEXT NOT NULL
);

-- Menus that WeChat took, the newest ones.
CREATE TABLE menu_version (
    account TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    buttons JSONB NOT NULL,
    ordered_by TEXT,
    PRIMARY KEY (account, published_at)
);

INSERT INTO menu_version (account, published_at, buttons)
SELECT account, published_at, buttons FROM menu WHERE published_at IS NOT NULL;

-- Codes that staff made have a name; those that the house makes for itself have none.
ALTER TABLE scene_code ADD COLUMN name TEXT;
ALTER TABLE scene_code ADD COLUMN purpose TEXT CHECK (purpose IN ('desk', 'poster', 'exhibition', 'other'));
ALTER TABLE scene_code ADD COLUMN made_at TIMESTAMPTZ;
ALTER TABLE scene_code ADD COLUMN made_by TEXT;
-- Not listed any longer; the code itself works on.
ALTER TABLE scene_code ADD COLUMN retired_at TIMESTAMPTZ;

CREATE TABLE scene_day (
    account TEXT NOT NULL,
    scene TEXT NOT NULL,
    -- Asia/Shanghai, YYYY-MM-DD
    day TEXT NOT NULL,
    -- Scans by followers and by who followed with it.
    scans BIGINT NOT NULL,
    follows BIGINT NOT NULL,
    PRIMARY KEY (account, scene, day)
);
