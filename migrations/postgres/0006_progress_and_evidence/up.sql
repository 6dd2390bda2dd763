-- What is said and shown of an action: progress updates, evidence, claims of completion.
--
-- Kept in step with the other database's migration of the same version: same tables, same columns, same order.

-- Append-only: an update is never edited, only followed.
CREATE TABLE progress_updates (
    id UUID NOT NULL PRIMARY KEY,
    action_id UUID NOT NULL REFERENCES actions (id),
    number INTEGER NOT NULL,
    narrative TEXT NOT NULL,
    forecast_on DATE,
    percent_complete INTEGER,
    made_on DATE NOT NULL,
    post_id UUID NOT NULL REFERENCES posts (id),
    made_by TEXT NOT NULL,
    made_by_name TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (action_id, number)
);
CREATE FUNCTION record_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept as they are', TG_TABLE_NAME;
END;
$$;
CREATE TRIGGER progress_updates_stay BEFORE UPDATE OR DELETE ON progress_updates
    FOR EACH ROW EXECUTE FUNCTION record_stays();

-- Withdrawn with a reason, never deleted. Of a file, the object that holds it, and what it was when it was received.
CREATE TABLE evidence (
    id UUID NOT NULL PRIMARY KEY,
    action_id UUID NOT NULL REFERENCES actions (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    dated_on DATE,
    file_name TEXT,
    media_type TEXT,
    size_bytes BIGINT,
    sha256 TEXT,
    object_key TEXT UNIQUE,
    added_by TEXT NOT NULL,
    added_by_name TEXT,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by TEXT,
    withdrawn_reason TEXT,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (action_id, number),
    CHECK ((object_key IS NULL) = (sha256 IS NULL) AND (object_key IS NULL) = (size_bytes IS NULL))
);
CREATE TRIGGER evidence_stays BEFORE DELETE ON evidence
    FOR EACH ROW EXECUTE FUNCTION record_stays();

CREATE TABLE completion_claims (
    id UUID NOT NULL PRIMARY KEY,
    action_id UUID NOT NULL REFERENCES actions (id),
    number INTEGER NOT NULL,
    narrative TEXT NOT NULL,
    -- A JSON array of ids of evidence.
    evidence_ids TEXT NOT NULL,
    no_evidence_reason TEXT,
    claimed_by TEXT NOT NULL,
    claimed_by_name TEXT,
    claimed_at TIMESTAMPTZ NOT NULL,
    effective_on DATE NOT NULL,
    state TEXT NOT NULL,
    settled_by TEXT,
    settled_by_name TEXT,
    settled_at TIMESTAMPTZ,
    settled_on DATE,
    reason TEXT,
    decision_id UUID REFERENCES resolutions (id),
    delegation TEXT,
    outcome TEXT,
    version INTEGER NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (action_id, number)
);
-- One claim stands at a time.
CREATE UNIQUE INDEX completion_claims_pending ON completion_claims (action_id) WHERE state = 'pending';
CREATE TRIGGER completion_claims_stay BEFORE DELETE ON completion_claims
    FOR EACH ROW EXECUTE FUNCTION record_stays();

-- Lists by the day of the last update, as they are and as they were.
CREATE INDEX actions_by_progress ON actions (progress_sort, id);
CREATE INDEX action_versions_by_progress ON action_versions (progress_sort, id, superseded_at, updated_at, outstanding);
