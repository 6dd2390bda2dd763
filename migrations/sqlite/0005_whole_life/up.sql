-- What an action's whole life adds to its row: progress, assurance, the rule of its due term, its place under a parent.
--
-- Kept in step with the other database's migration of the same version. Versions hold the same columns as the table.
-- The day of the deciding meeting, from which an action's age and its periods count.
ALTER TABLE actions ADD COLUMN decided_on TEXT NOT NULL DEFAULT '0001-01-01';
ALTER TABLE actions ADD COLUMN priority TEXT;
ALTER TABLE actions ADD COLUMN verification_required INTEGER NOT NULL DEFAULT 0;
-- The result of the last verification of the claim that stands.
ALTER TABLE actions ADD COLUMN verification TEXT;
-- The day, the forecast and the percentage of the last progress update.
ALTER TABLE actions ADD COLUMN last_progress_on TEXT;
ALTER TABLE actions ADD COLUMN forecast_on TEXT;
ALTER TABLE actions ADD COLUMN percent_complete INTEGER;
-- The rule of a due term of kind period or recurring, copied from its row as the other due columns are.
ALTER TABLE actions ADD COLUMN due_period_count INTEGER;
ALTER TABLE actions ADD COLUMN due_period_unit TEXT;
ALTER TABLE actions ADD COLUMN due_frequency TEXT;
-- Which occurrence of a recurring term is in force.
ALTER TABLE actions ADD COLUMN due_occurrence INTEGER;
-- Terms and occurrences that had passed before another took their place.
ALTER TABLE actions ADD COLUMN missed_terms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE actions ADD COLUMN parent_id BLOB REFERENCES actions (id);
-- The day since which what began exempt is public.
ALTER TABLE actions ADD COLUMN public_since TEXT;
-- The day of the last update, with those that never had one before every day there is.
ALTER TABLE actions ADD COLUMN progress_sort TEXT NOT NULL GENERATED ALWAYS AS (COALESCE(last_progress_on, '0001-01-01')) VIRTUAL;

ALTER TABLE action_versions ADD COLUMN decided_on TEXT NOT NULL DEFAULT '0001-01-01';
ALTER TABLE action_versions ADD COLUMN priority TEXT;
ALTER TABLE action_versions ADD COLUMN verification_required INTEGER NOT NULL DEFAULT 0;
ALTER TABLE action_versions ADD COLUMN verification TEXT;
ALTER TABLE action_versions ADD COLUMN last_progress_on TEXT;
ALTER TABLE action_versions ADD COLUMN forecast_on TEXT;
ALTER TABLE action_versions ADD COLUMN percent_complete INTEGER;
ALTER TABLE action_versions ADD COLUMN due_period_count INTEGER;
ALTER TABLE action_versions ADD COLUMN due_period_unit TEXT;
ALTER TABLE action_versions ADD COLUMN due_frequency TEXT;
ALTER TABLE action_versions ADD COLUMN due_occurrence INTEGER;
ALTER TABLE action_versions ADD COLUMN missed_terms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE action_versions ADD COLUMN parent_id BLOB;
ALTER TABLE action_versions ADD COLUMN public_since TEXT;
ALTER TABLE action_versions ADD COLUMN progress_sort TEXT NOT NULL GENERATED ALWAYS AS (COALESCE(last_progress_on, '0001-01-01')) VIRTUAL;

-- No meeting begins in the hour before midnight, so that the day is the same in UTC.
UPDATE actions SET decided_on = (SELECT substr(starts_at, 1, 10) FROM meetings WHERE meetings.id = actions.meeting_id);
UPDATE action_versions SET decided_on = (SELECT substr(starts_at, 1, 10) FROM meetings WHERE meetings.id = action_versions.meeting_id);

CREATE INDEX actions_outstanding_by_progress ON actions (outstanding, progress_sort, id);
CREATE INDEX actions_of_parent ON actions (parent_id, id) WHERE parent_id IS NOT NULL;

DROP TRIGGER actions_keep_version;
CREATE TRIGGER actions_keep_version AFTER UPDATE ON actions WHEN OLD.updated_at <> NEW.updated_at
BEGIN
    INSERT INTO action_versions (
        id, reference, reference_key, committee_id, meeting_id, agenda_item_id, resolution_id, title, required,
        owner_post_id, supporting_posts, state, outcome, exempt, due_number, due_kind, due_wording, due_on,
        due_meeting_id, review_on, original_due_on, claimed_by, claimed_at, closed_on, decision_id, successor_id,
        source_system, source_reference, source_url, source_digest, decided_on, priority, verification_required, verification,
        last_progress_on, forecast_on, percent_complete, due_period_count, due_period_unit, due_frequency,
        due_occurrence, missed_terms, parent_id, public_since, version, created_at, updated_at, superseded_at
    ) VALUES (
        OLD.id, OLD.reference, OLD.reference_key, OLD.committee_id, OLD.meeting_id, OLD.agenda_item_id,
        OLD.resolution_id, OLD.title, OLD.required, OLD.owner_post_id, OLD.supporting_posts, OLD.state, OLD.outcome,
        OLD.exempt, OLD.due_number, OLD.due_kind, OLD.due_wording, OLD.due_on, OLD.due_meeting_id, OLD.review_on,
        OLD.original_due_on, OLD.claimed_by, OLD.claimed_at, OLD.closed_on, OLD.decision_id, OLD.successor_id,
        OLD.source_system, OLD.source_reference, OLD.source_url, OLD.source_digest, OLD.decided_on, OLD.priority,
        OLD.verification_required, OLD.verification, OLD.last_progress_on, OLD.forecast_on, OLD.percent_complete,
        OLD.due_period_count, OLD.due_period_unit, OLD.due_frequency, OLD.due_occurrence, OLD.missed_terms,
        OLD.parent_id, OLD.public_since, OLD.version, OLD.created_at, OLD.updated_at, NEW.updated_at
    );
END;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('actions', 'actions_outstanding_by_progress', '100000 50000 100 1'),
    ('actions', 'actions_of_parent', '2000 4 1');
