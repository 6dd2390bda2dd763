-- What actions, posts and tenures were before they were changed, so that a list can be answered as of an instant.
--
-- Kept in step with the other database's migration of the same version. A trigger keeps the row as it was, whoever
-- changes it: that row was in force from its updated_at until, and not at, superseded_at. The row of the table itself is in
-- force since its updated_at. What was changed twice at one instant was never in force in between, and is not kept.
-- Rows come from tables whose keys they met there, so nothing is referenced anew.

CREATE TABLE action_versions (
    id UUID NOT NULL,
    reference TEXT NOT NULL,
    reference_key TEXT COLLATE "C" NOT NULL,
    committee_id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    agenda_item_id UUID,
    resolution_id UUID,
    title TEXT NOT NULL,
    required TEXT,
    owner_post_id UUID,
    supporting_posts TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    exempt BOOLEAN NOT NULL,
    due_number INTEGER NOT NULL,
    due_kind TEXT,
    due_wording TEXT,
    due_on DATE,
    due_meeting_id UUID,
    review_on DATE,
    original_due_on DATE,
    claimed_by TEXT,
    claimed_at TIMESTAMPTZ,
    closed_on DATE,
    decision_id UUID,
    successor_id UUID,
    source_system TEXT,
    source_reference TEXT,
    source_url TEXT,
    source_digest BYTEA,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    superseded_at TIMESTAMPTZ NOT NULL,
    outstanding BOOLEAN NOT NULL GENERATED ALWAYS AS (state NOT IN ('closed', 'void')) STORED,
    due_sort DATE NOT NULL GENERATED ALWAYS AS (COALESCE(due_on, DATE '9999-12-31')) STORED,
    original_due_sort DATE NOT NULL GENERATED ALWAYS AS (COALESCE(original_due_on, DATE '9999-12-31')) STORED,
    PRIMARY KEY (reference_key, superseded_at),
    CHECK (superseded_at > updated_at)
);
-- For the sorts, for the filter by owner, and for the two that few rows meet. The columns at the end tell from the index
-- alone whether a version was in force and, by due day, whether it is one of those most asked for. Meeting and resolution
-- of an action never change: its versions are found through its own indexes and the primary key.
CREATE INDEX action_versions_by_due ON action_versions (due_sort, id, superseded_at, updated_at, outstanding, state, committee_id);
CREATE INDEX action_versions_by_original_due ON action_versions (original_due_sort, id, superseded_at, updated_at, outstanding);
CREATE INDEX action_versions_by_update ON action_versions (updated_at, id, superseded_at);
CREATE INDEX action_versions_of_owner ON action_versions (owner_post_id, due_sort, id, superseded_at, updated_at);
CREATE INDEX action_versions_due_at_meeting ON action_versions (due_meeting_id, due_sort, id) WHERE due_meeting_id IS NOT NULL;
CREATE INDEX action_versions_exempt ON action_versions (due_sort, id) WHERE exempt;
CREATE FUNCTION actions_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO action_versions (
        id, reference, reference_key, committee_id, meeting_id, agenda_item_id, resolution_id, title, required,
        owner_post_id, supporting_posts, state, outcome, exempt, due_number, due_kind, due_wording, due_on,
        due_meeting_id, review_on, original_due_on, claimed_by, claimed_at, closed_on, decision_id, successor_id,
        source_system, source_reference, source_url, source_digest, version, created_at, updated_at, superseded_at
    ) VALUES (
        OLD.id, OLD.reference, OLD.reference_key, OLD.committee_id, OLD.meeting_id, OLD.agenda_item_id,
        OLD.resolution_id, OLD.title, OLD.required, OLD.owner_post_id, OLD.supporting_posts, OLD.state, OLD.outcome,
        OLD.exempt, OLD.due_number, OLD.due_kind, OLD.due_wording, OLD.due_on, OLD.due_meeting_id, OLD.review_on,
        OLD.original_due_on, OLD.claimed_by, OLD.claimed_at, OLD.closed_on, OLD.decision_id, OLD.successor_id,
        OLD.source_system, OLD.source_reference, OLD.source_url, OLD.source_digest, OLD.version, OLD.created_at,
        OLD.updated_at, NEW.updated_at
    );
    RETURN NULL;
END;
$$;
CREATE TRIGGER actions_keep_version AFTER UPDATE ON actions FOR EACH ROW
    WHEN (OLD.updated_at <> NEW.updated_at) EXECUTE FUNCTION actions_keep_version();

CREATE TABLE post_versions (
    id UUID NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    directorate TEXT COLLATE "C",
    ended_on DATE,
    successor_id UUID,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    superseded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id, superseded_at),
    CHECK (superseded_at > updated_at)
);
CREATE INDEX post_versions_of_directorate ON post_versions (directorate, id);
CREATE FUNCTION posts_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO post_versions (
        id, title, directorate, ended_on, successor_id, version, created_at, updated_at, superseded_at
    ) VALUES (
        OLD.id, OLD.title, OLD.directorate, OLD.ended_on, OLD.successor_id, OLD.version, OLD.created_at,
        OLD.updated_at, NEW.updated_at
    );
    RETURN NULL;
END;
$$;
CREATE TRIGGER posts_keep_version AFTER UPDATE ON posts FOR EACH ROW
    WHEN (OLD.updated_at <> NEW.updated_at) EXECUTE FUNCTION posts_keep_version();

CREATE TABLE tenure_versions (
    id UUID NOT NULL,
    post_id UUID NOT NULL,
    holder_name TEXT NOT NULL,
    holder_subject TEXT,
    acting BOOLEAN NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    superseded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id, superseded_at),
    CHECK (superseded_at > updated_at)
);
CREATE INDEX tenure_versions_of_post ON tenure_versions (post_id, starts_on, id);
CREATE FUNCTION tenures_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tenure_versions (
        id, post_id, holder_name, holder_subject, acting, starts_on, ends_on, version, created_at, updated_at,
        superseded_at
    ) VALUES (
        OLD.id, OLD.post_id, OLD.holder_name, OLD.holder_subject, OLD.acting, OLD.starts_on, OLD.ends_on, OLD.version,
        OLD.created_at, OLD.updated_at, NEW.updated_at
    );
    RETURN NULL;
END;
$$;
CREATE TRIGGER tenures_keep_version AFTER UPDATE ON tenures FOR EACH ROW
    WHEN (OLD.updated_at <> NEW.updated_at) EXECUTE FUNCTION tenures_keep_version();
