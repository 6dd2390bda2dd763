-- What was written of an action while it was exempt, and so stays with those who would see the action if it still were.
--
-- Kept in step with the other database's migration of the same version.

ALTER TABLE due_terms ADD COLUMN while_exempt BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE occurrences ADD COLUMN while_exempt BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE progress_updates ADD COLUMN while_exempt BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE evidence ADD COLUMN while_exempt BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE completion_claims ADD COLUMN while_exempt BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE verifications ADD COLUMN while_exempt BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE extension_requests ADD COLUMN while_exempt BOOLEAN NOT NULL DEFAULT FALSE;
-- A link is two actions', each of which may have been exempt when it was made.
ALTER TABLE action_links ADD COLUMN from_while_exempt BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE action_links ADD COLUMN to_while_exempt BOOLEAN NOT NULL DEFAULT FALSE;

-- What there is already: all that is an exempt action's, and of one that was made public what is no younger than the day on
-- which it was. The hour is not looked at, so that rather too much of that day is kept back than too little.
DROP TRIGGER progress_updates_stay ON progress_updates;
DROP TRIGGER verifications_stay ON verifications;
UPDATE due_terms SET while_exempt = TRUE FROM actions
    WHERE actions.id = due_terms.action_id AND (actions.exempt OR (due_terms.set_at AT TIME ZONE 'UTC')::date <= actions.public_since);
UPDATE occurrences SET while_exempt = TRUE FROM actions
    WHERE actions.id = occurrences.action_id AND (actions.exempt OR (occurrences.settled_at AT TIME ZONE 'UTC')::date <= actions.public_since);
UPDATE progress_updates SET while_exempt = TRUE FROM actions
    WHERE actions.id = progress_updates.action_id AND (actions.exempt OR (progress_updates.created_at AT TIME ZONE 'UTC')::date <= actions.public_since);
UPDATE evidence SET while_exempt = TRUE FROM actions
    WHERE actions.id = evidence.action_id AND (actions.exempt OR (evidence.created_at AT TIME ZONE 'UTC')::date <= actions.public_since);
UPDATE completion_claims SET while_exempt = TRUE FROM actions
    WHERE actions.id = completion_claims.action_id AND (actions.exempt OR (completion_claims.claimed_at AT TIME ZONE 'UTC')::date <= actions.public_since);
UPDATE verifications SET while_exempt = TRUE FROM actions
    WHERE actions.id = verifications.action_id AND (actions.exempt OR (verifications.recorded_at AT TIME ZONE 'UTC')::date <= actions.public_since);
UPDATE extension_requests SET while_exempt = TRUE FROM actions
    WHERE actions.id = extension_requests.action_id AND (actions.exempt OR (extension_requests.requested_at AT TIME ZONE 'UTC')::date <= actions.public_since);
UPDATE action_links SET from_while_exempt = TRUE FROM actions
    WHERE actions.id = action_links.from_action_id AND (actions.exempt OR (action_links.created_at AT TIME ZONE 'UTC')::date <= actions.public_since);
UPDATE action_links SET to_while_exempt = TRUE FROM actions
    WHERE actions.id = action_links.to_action_id AND (actions.exempt OR (action_links.created_at AT TIME ZONE 'UTC')::date <= actions.public_since);
-- A term's reason is that of the request which was granted.
UPDATE due_terms SET while_exempt = TRUE FROM extension_requests AS r
    WHERE r.action_id = due_terms.action_id AND r.due_number = due_terms.number AND r.while_exempt;
CREATE TRIGGER progress_updates_stay BEFORE UPDATE OR DELETE ON progress_updates
    FOR EACH ROW EXECUTE FUNCTION record_stays();
CREATE TRIGGER verifications_stay BEFORE UPDATE OR DELETE ON verifications
    FOR EACH ROW EXECUTE FUNCTION record_stays();
