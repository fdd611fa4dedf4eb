-- What everybody may see below a place, in archival order: counted and leafed through without reading the rows. The
-- condition is that of the queries, and the columns are those of record_place: with one more SQLite would take that.
CREATE INDEX record_shown ON record (holder_key, sort_key)
    WHERE openness = 'open' AND classification = 'none' AND livelihood IS NULL AND restriction <> 'closed'
        AND disclosure <> 'withheld';
