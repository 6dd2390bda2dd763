-- What is said and shown of an action: progress updates, evidence, claims of completion.
--
-- Kept in step with the other database's migration of the same version: same tables, same columns, same order.

-- Append-only: an update is never edited, only followed.
CREATE TABLE progress_updates (
    id BLOB NOT NULL PRIMARY KEY,
    action_id BLOB NOT NULL REFERENCES actions (id),
    number INTEGER NOT NULL,
    narrative TEXT NOT NULL,
    forecast_on TEXT,
    percent_complete INTEGER,
    made_on TEXT NOT NULL,
    post_id BLOB NOT NULL REFERENCES posts (id),
    made_by TEXT NOT NULL,
    made_by_name TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (action_id, number)
) STRICT;
CREATE TRIGGER progress_updates_stay BEFORE DELETE ON progress_updates
BEGIN
    SELECT RAISE(ABORT, 'progress updates are never deleted');
END;
CREATE TRIGGER progress_updates_unedited BEFORE UPDATE ON progress_updates
BEGIN
    SELECT RAISE(ABORT, 'progress updates never change');
END;

-- Withdrawn with a reason, never deleted. Of a file, the object that holds it, and what it was when it was received.
CREATE TABLE evidence (
    id BLOB NOT NULL PRIMARY KEY,
    action_id BLOB NOT NULL REFERENCES actions (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    dated_on TEXT,
    file_name TEXT,
    media_type TEXT,
    size_bytes INTEGER,
    sha256 TEXT,
    object_key TEXT UNIQUE,
    added_by TEXT NOT NULL,
    added_by_name TEXT,
    withdrawn_at TEXT,
    withdrawn_by TEXT,
    withdrawn_reason TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (action_id, number),
    CHECK ((object_key IS NULL) = (sha256 IS NULL) AND (object_key IS NULL) = (size_bytes IS NULL))
) STRICT;
CREATE TRIGGER evidence_stays BEFORE DELETE ON evidence
BEGIN
    SELECT RAISE(ABORT, 'evidence is withdrawn, never deleted');
END;

CREATE TABLE completion_claims (
    id BLOB NOT NULL PRIMARY KEY,
    action_id BLOB NOT NULL REFERENCES actions (id),
    number INTEGER NOT NULL,
    narrative TEXT NOT NULL,
    -- A JSON array of ids of evidence.
    evidence_ids TEXT NOT NULL,
    no_evidence_reason TEXT,
    claimed_by TEXT NOT NULL,
    claimed_by_name TEXT,
    claimed_at TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    state TEXT NOT NULL,
    settled_by TEXT,
    settled_by_name TEXT,
    settled_at TEXT,
    settled_on TEXT,
    reason TEXT,
    decision_id BLOB REFERENCES resolutions (id),
    delegation TEXT,
    outcome TEXT,
    version INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (action_id, number)
) STRICT;
-- One claim stands at a time.
CREATE UNIQUE INDEX completion_claims_pending ON completion_claims (action_id) WHERE state = 'pending';
CREATE TRIGGER completion_claims_stay BEFORE DELETE ON completion_claims
BEGIN
    SELECT RAISE(ABORT, 'completion claims are never deleted');
END;

-- Lists by the day of the last update, as they are and as they were.
CREATE INDEX actions_by_progress ON actions (progress_sort, id);
CREATE INDEX action_versions_by_progress ON action_versions (progress_sort, id, superseded_at, updated_at, outstanding);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('actions', 'actions_by_progress', '100000 200 1'),
    ('action_versions', 'action_versions_by_progress', '400000 800 4 1 1 1');
