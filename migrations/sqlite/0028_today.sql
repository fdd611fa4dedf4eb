-- What waits for staff today, counted without reading the rows.

-- Records that are not open, by their last day: those whose 25 years are over are at its beginning. The last column is
-- there so that no row has to be read for it.
CREATE INDEX record_closed ON record (institution_code, date_to, openness) WHERE openness <> 'open';

-- What readers asked for and did not find, by when it was asked for the first time.
CREATE INDEX gap_new ON gap (institution_code, first_at) WHERE state = 'open';
