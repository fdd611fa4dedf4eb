-- How staff come in: the second factor, recovery codes, sessions, and tries that failed.

CREATE TABLE staff_factor (
    staff_id TEXT PRIMARY KEY NOT NULL REFERENCES staff (id),
    -- The shared secret of RFC 6238, sealed.
    secret TEXT NOT NULL,
    -- Whether a first code proved that the secret arrived.
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    -- The last time step whose code was taken: neither it nor an earlier one is taken again.
    last_step INTEGER NOT NULL
) STRICT;

-- Each stands in for a code once. Kept as a keyed hash.
CREATE TABLE staff_recovery_code (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    hash TEXT NOT NULL,
    PRIMARY KEY (staff_id, hash)
) STRICT;

-- Only a digest of the cookie is kept: whoever reads the table cannot become somebody.
CREATE TABLE staff_session (
    digest TEXT PRIMARY KEY NOT NULL,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    -- After the password alone nothing can be done but give the second factor, or set it up.
    stage TEXT NOT NULL CHECK (stage IN ('password', 'whole')),
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX staff_session_staff ON staff_session (staff_id);

-- Tries that failed, by a keyed hash of what they were at: an account, a network, or an account from a network.
CREATE TABLE staff_failure (
    subject TEXT PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;

-- The networks, as keyed hashes, from which an account has come in: who guesses elsewhere does not lock these out.
CREATE TABLE staff_network (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    network TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (staff_id, network)
) STRICT;
