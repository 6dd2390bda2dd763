-- What was written of an action while it was exempt, and so stays with those who would see the action if it still were.
--
-- Kept in step with the other database's migration of the same version.

ALTER TABLE due_terms ADD COLUMN while_exempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE occurrences ADD COLUMN while_exempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE progress_updates ADD COLUMN while_exempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE evidence ADD COLUMN while_exempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE completion_claims ADD COLUMN while_exempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verifications ADD COLUMN while_exempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE extension_requests ADD COLUMN while_exempt INTEGER NOT NULL DEFAULT 0;
-- A link is two actions', each of which may have been exempt when it was made.
ALTER TABLE action_links ADD COLUMN from_while_exempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE action_links ADD COLUMN to_while_exempt INTEGER NOT NULL DEFAULT 0;

-- What there is already: all that is an exempt action's, and of one that was made public what is no younger than the day on
-- which it was. The hour is not looked at, so that rather too much of that day is kept back than too little.
DROP TRIGGER progress_updates_unedited;
DROP TRIGGER verifications_unedited;
UPDATE due_terms SET while_exempt = 1 WHERE EXISTS (
    SELECT 1 FROM actions WHERE actions.id = due_terms.action_id AND (actions.exempt OR substr(due_terms.set_at, 1, 10) <= actions.public_since)
);
UPDATE occurrences SET while_exempt = 1 WHERE EXISTS (
    SELECT 1 FROM actions WHERE actions.id = occurrences.action_id AND (actions.exempt OR substr(occurrences.settled_at, 1, 10) <= actions.public_since)
);
UPDATE progress_updates SET while_exempt = 1 WHERE EXISTS (
    SELECT 1 FROM actions WHERE actions.id = progress_updates.action_id AND (actions.exempt OR substr(progress_updates.created_at, 1, 10) <= actions.public_since)
);
UPDATE evidence SET while_exempt = 1 WHERE EXISTS (
    SELECT 1 FROM actions WHERE actions.id = evidence.action_id AND (actions.exempt OR substr(evidence.created_at, 1, 10) <= actions.public_since)
);
UPDATE completion_claims SET while_exempt = 1 WHERE EXISTS (
    SELECT 1 FROM actions WHERE actions.id = completion_claims.action_id AND (actions.exempt OR substr(completion_claims.claimed_at, 1, 10) <= actions.public_since)
);
UPDATE verifications SET while_exempt = 1 WHERE EXISTS (
    SELECT 1 FROM actions WHERE actions.id = verifications.action_id AND (actions.exempt OR substr(verifications.recorded_at, 1, 10) <= actions.public_since)
);
UPDATE extension_requests SET while_exempt = 1 WHERE EXISTS (
    SELECT 1 FROM actions WHERE actions.id = extension_requests.action_id AND (actions.exempt OR substr(extension_requests.requested_at, 1, 10) <= actions.public_since)
);
UPDATE action_links SET from_while_exempt = 1 WHERE EXISTS (
    SELECT 1 FROM actions WHERE actions.id = action_links.from_action_id AND (actions.exempt OR substr(action_links.created_at, 1, 10) <= actions.public_since)
);
UPDATE action_links SET to_while_exempt = 1 WHERE EXISTS (
    SELECT 1 FROM actions WHERE actions.id = action_links.to_action_id AND (actions.exempt OR substr(action_links.created_at, 1, 10) <= actions.public_since)
);
-- A term's reason is that of the request which was granted.
UPDATE due_terms SET while_exempt = 1 WHERE EXISTS (
    SELECT 1 FROM extension_requests AS r WHERE r.action_id = due_terms.action_id AND r.due_number = due_terms.number AND r.while_exempt
);
CREATE TRIGGER progress_updates_unedited BEFORE UPDATE ON progress_updates
BEGIN
    SELECT RAISE(ABORT, 'progress updates never change');
END;
CREATE TRIGGER verifications_unedited BEFORE UPDATE ON verifications
BEGIN
    SELECT RAISE(ABORT, 'verifications never change');
END;
