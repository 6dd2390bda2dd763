-- What actions, posts and tenures were before they were changed, so that a list can be answered as of an instant.
--
-- Kept in step with the other database's migration of the same version. A trigger keeps the row as it was, whoever
-- changes it: that row was in force from its updated_at until, and not at, superseded_at. The row of the table itself is in
-- force since its updated_at. What was changed twice at one instant was never in force in between, and is not kept.
-- Rows come from tables whose keys they met there, so nothing is referenced anew.

CREATE TABLE action_versions (
    id BLOB NOT NULL,
    reference TEXT NOT NULL,
    reference_key TEXT NOT NULL,
    committee_id BLOB NOT NULL,
    meeting_id BLOB NOT NULL,
    agenda_item_id BLOB,
    resolution_id BLOB,
    title TEXT NOT NULL,
    required TEXT,
    owner_post_id BLOB,
    supporting_posts TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    exempt INTEGER NOT NULL,
    due_number INTEGER NOT NULL,
    due_kind TEXT,
    due_wording TEXT,
    due_on TEXT,
    due_meeting_id BLOB,
    review_on TEXT,
    original_due_on TEXT,
    claimed_by TEXT,
    claimed_at TEXT,
    closed_on TEXT,
    decision_id BLOB,
    successor_id BLOB,
    source_system TEXT,
    source_reference TEXT,
    source_url TEXT,
    source_digest BLOB,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    superseded_at TEXT NOT NULL,
    outstanding INTEGER NOT NULL GENERATED ALWAYS AS (state NOT IN ('closed', 'void')) VIRTUAL,
    due_sort TEXT NOT NULL GENERATED ALWAYS AS (COALESCE(due_on, '9999-12-31')) VIRTUAL,
    original_due_sort TEXT NOT NULL GENERATED ALWAYS AS (COALESCE(original_due_on, '9999-12-31')) VIRTUAL,
    PRIMARY KEY (reference_key, superseded_at),
    CHECK (superseded_at > updated_at)
) STRICT;
-- For the sorts, for the filter by owner, and for the two that few rows meet. The columns at the end tell from the index
-- alone whether a version was in force and, by due day, whether it is one of those most asked for. Meeting and resolution
-- of an action never change: its versions are found through its own indexes and the primary key.
CREATE INDEX action_versions_by_due ON action_versions (due_sort, id, superseded_at, updated_at, outstanding, state, committee_id);
CREATE INDEX action_versions_by_original_due ON action_versions (original_due_sort, id, superseded_at, updated_at, outstanding);
CREATE INDEX action_versions_by_update ON action_versions (updated_at, id, superseded_at);
CREATE INDEX action_versions_of_owner ON action_versions (owner_post_id, due_sort, id, superseded_at, updated_at);
CREATE INDEX action_versions_due_at_meeting ON action_versions (due_meeting_id, due_sort, id) WHERE due_meeting_id IS NOT NULL;
CREATE INDEX action_versions_exempt ON action_versions (due_sort, id) WHERE exempt;
CREATE TRIGGER actions_keep_version AFTER UPDATE ON actions WHEN OLD.updated_at <> NEW.updated_at
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
END;

CREATE TABLE post_versions (
    id BLOB NOT NULL,
    title TEXT NOT NULL,
    directorate TEXT,
    ended_on TEXT,
    successor_id BLOB,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    superseded_at TEXT NOT NULL,
    PRIMARY KEY (id, superseded_at),
    CHECK (superseded_at > updated_at)
) STRICT;
CREATE INDEX post_versions_of_directorate ON post_versions (directorate, id);
CREATE TRIGGER posts_keep_version AFTER UPDATE ON posts WHEN OLD.updated_at <> NEW.updated_at
BEGIN
    INSERT INTO post_versions (
        id, title, directorate, ended_on, successor_id, version, created_at, updated_at, superseded_at
    ) VALUES (
        OLD.id, OLD.title, OLD.directorate, OLD.ended_on, OLD.successor_id, OLD.version, OLD.created_at,
        OLD.updated_at, NEW.updated_at
    );
END;

CREATE TABLE tenure_versions (
    id BLOB NOT NULL,
    post_id BLOB NOT NULL,
    holder_name TEXT NOT NULL,
    holder_subject TEXT,
    acting INTEGER NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    superseded_at TEXT NOT NULL,
    PRIMARY KEY (id, superseded_at),
    CHECK (superseded_at > updated_at)
) STRICT;
CREATE INDEX tenure_versions_of_post ON tenure_versions (post_id, starts_on, id);
CREATE TRIGGER tenures_keep_version AFTER UPDATE ON tenures WHEN OLD.updated_at <> NEW.updated_at
BEGIN
    INSERT INTO tenure_versions (
        id, post_id, holder_name, holder_subject, acting, starts_on, ends_on, version, created_at, updated_at,
        superseded_at
    ) VALUES (
        OLD.id, OLD.post_id, OLD.holder_name, OLD.holder_subject, OLD.acting, OLD.starts_on, OLD.ends_on, OLD.version,
        OLD.created_at, OLD.updated_at, NEW.updated_at
    );
END;

-- What the query planner assumes of them, as it does of the actions.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('action_versions', 'sqlite_autoindex_action_versions_1', '400000 4 1'),
    ('action_versions', 'action_versions_by_due', '400000 800 4 1 1 1 1 1'),
    ('action_versions', 'action_versions_by_original_due', '400000 800 4 1 1 1'),
    ('action_versions', 'action_versions_by_update', '400000 2 1 1'),
    ('action_versions', 'action_versions_of_owner', '400000 4000 8 4 1 1'),
    ('action_versions', 'action_versions_due_at_meeting', '160000 400 4 4'),
    ('action_versions', 'action_versions_exempt', '8000 800 4');
