-- Where committees, meetings and agenda items come from that were brought in from a published source.
--
-- Kept in step with the other database's migration of the same version.
CREATE TABLE record_sources (
    system TEXT NOT NULL,
    -- committee, meeting or agenda_item
    kind TEXT NOT NULL,
    -- Its key there.
    reference TEXT NOT NULL,
    record_id BLOB NOT NULL,
    url TEXT,
    -- What the source said of it when it was last taken over, as JSON.
    said TEXT NOT NULL,
    PRIMARY KEY (system, kind, reference)
) STRICT;
CREATE UNIQUE INDEX record_sources_of_record ON record_sources (record_id, system);
