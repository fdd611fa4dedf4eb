-- Staff accounts. Passwords are kept as Argon2id digests in the PHC form.

CREATE TABLE staff (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    -- The name without width, letter case and blanks: two accounts cannot be mistaken for each other.
    name_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    password TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE staff_role (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    role TEXT NOT NULL CHECK (role IN ('archivist', 'editor', 'director', 'system-administrator', 'security-administrator', 'auditor')),
    PRIMARY KEY (staff_id, role)
) STRICT;
