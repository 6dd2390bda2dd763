-- The rows of trackers that were brought in, and what each said when it was last taken over.
--
-- Kept in step with the other database's migration of the same version.
CREATE TABLE imported_rows (
    system TEXT COLLATE "C" NOT NULL,
    -- The natural key, which the action and its resolution have, too.
    reference TEXT COLLATE "C" NOT NULL,
    -- A digest of committee, meeting and words, by which the row is known whose own reference has changed.
    identity TEXT COLLATE "C" NOT NULL,
    action_id UUID NOT NULL REFERENCES actions (id),
    -- JSON.
    said TEXT NOT NULL,
    PRIMARY KEY (system, reference)
);
CREATE INDEX imported_rows_by_identity ON imported_rows (system, identity);
