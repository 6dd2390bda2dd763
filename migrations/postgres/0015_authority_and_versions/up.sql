-- A delegation is recorded or there is none: the words that once named one were never written by a released program.
ALTER TABLE completion_claims DROP COLUMN delegation;
ALTER TABLE extension_requests DROP COLUMN delegation;

-- Versions are kept by one INSERT for each statement, not by a call for each row: a meeting that moves changes thousands
-- of actions at once. The row that took a version's place is looked up by its key, whatever was planned before: the planner
-- does not know how many rows `was` holds, and keeps the plan of the first time.
DROP TRIGGER actions_keep_version ON actions;
DROP FUNCTION actions_keep_version();
CREATE FUNCTION actions_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO action_versions (
        id, reference, reference_key, committee_id, meeting_id, agenda_item_id, resolution_id, title, required,
        owner_post_id, supporting_posts, state, outcome, exempt, exempt_paragraphs, due_number, due_kind, due_wording,
        due_on, due_meeting_id, review_on, original_due_on, claimed_by, claimed_at, closed_on, decision_id, successor_id,
        source_system, source_reference, source_url, source_digest, decided_on, priority, verification_required, verification,
        last_progress_on, forecast_on, percent_complete, due_period_count, due_period_unit, due_frequency,
        due_occurrence, missed_terms, parent_id, public_since, version, created_at, updated_at, superseded_at
    )
    SELECT
        was.id, was.reference, was.reference_key, was.committee_id, was.meeting_id, was.agenda_item_id,
        was.resolution_id, was.title, was.required, was.owner_post_id, was.supporting_posts, was.state, was.outcome,
        was.exempt, was.exempt_paragraphs, was.due_number, was.due_kind, was.due_wording, was.due_on,
        was.due_meeting_id, was.review_on, was.original_due_on, was.claimed_by, was.claimed_at, was.closed_on,
        was.decision_id, was.successor_id, was.source_system, was.source_reference, was.source_url, was.source_digest,
        was.decided_on, was.priority, was.verification_required, was.verification, was.last_progress_on,
        was.forecast_on, was.percent_complete, was.due_period_count, was.due_period_unit, was.due_frequency,
        was.due_occurrence, was.missed_terms, was.parent_id, was.public_since, was.version, was.created_at,
        was.updated_at, taken.at
    FROM was, LATERAL (SELECT updated_at AS at FROM actions WHERE actions.id = was.id OFFSET 0) AS taken
    WHERE taken.at <> was.updated_at;
    RETURN NULL;
END;
$$;
CREATE TRIGGER actions_keep_version AFTER UPDATE ON actions REFERENCING OLD TABLE AS was
    FOR EACH STATEMENT EXECUTE FUNCTION actions_keep_version();
