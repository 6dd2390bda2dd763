-- Which paragraphs of Schedule 12A exempt a record, since when one that began exempt is public, and who took whose place.
--
-- Kept in step with the other database's migration of the same version. Versions hold the same columns as the table.

-- A JSON array of numbers from 1 to 7, as it is answered.
ALTER TABLE agenda_items ADD COLUMN exempt_paragraphs TEXT NOT NULL DEFAULT '[]';
-- The day since which what began exempt is public.
ALTER TABLE agenda_items ADD COLUMN public_since DATE;
ALTER TABLE resolutions ADD COLUMN exempt_paragraphs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE resolutions ADD COLUMN public_since DATE;
ALTER TABLE actions ADD COLUMN exempt_paragraphs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE action_versions ADD COLUMN exempt_paragraphs TEXT NOT NULL DEFAULT '[]';

-- Finds the posts whose place another took: whoever holds that one answers for theirs.
CREATE INDEX posts_succeeded ON posts (successor_id, id) WHERE successor_id IS NOT NULL;
-- Finds the tenures that run on a day: those without an end, and those that end on it or later.
CREATE INDEX tenures_by_end ON tenures (ends_on, starts_on, post_id);

CREATE OR REPLACE FUNCTION actions_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO action_versions (
        id, reference, reference_key, committee_id, meeting_id, agenda_item_id, resolution_id, title, required,
        owner_post_id, supporting_posts, state, outcome, exempt, exempt_paragraphs, due_number, due_kind, due_wording,
        due_on, due_meeting_id, review_on, original_due_on, claimed_by, claimed_at, closed_on, decision_id, successor_id,
        source_system, source_reference, source_url, source_digest, decided_on, priority, verification_required, verification,
        last_progress_on, forecast_on, percent_complete, due_period_count, due_period_unit, due_frequency,
        due_occurrence, missed_terms, parent_id, public_since, version, created_at, updated_at, superseded_at
    ) VALUES (
        OLD.id, OLD.reference, OLD.reference_key, OLD.committee_id, OLD.meeting_id, OLD.agenda_item_id,
        OLD.resolution_id, OLD.title, OLD.required, OLD.owner_post_id, OLD.supporting_posts, OLD.state, OLD.outcome,
        OLD.exempt, OLD.exempt_paragraphs, OLD.due_number, OLD.due_kind, OLD.due_wording, OLD.due_on,
        OLD.due_meeting_id, OLD.review_on, OLD.original_due_on, OLD.claimed_by, OLD.claimed_at, OLD.closed_on,
        OLD.decision_id, OLD.successor_id, OLD.source_system, OLD.source_reference, OLD.source_url, OLD.source_digest,
        OLD.decided_on,
        OLD.priority, OLD.verification_required, OLD.verification, OLD.last_progress_on, OLD.forecast_on,
        OLD.percent_complete, OLD.due_period_count, OLD.due_period_unit, OLD.due_frequency, OLD.due_occurrence,
        OLD.missed_terms, OLD.parent_id, OLD.public_since, OLD.version, OLD.created_at, OLD.updated_at, NEW.updated_at
    );
    RETURN NULL;
END;
$$;
