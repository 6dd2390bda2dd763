-- Due terms in full: periods and what recurs, with the occurrences that were met or missed.
--
-- Kept in step with the other database's migration of the same version.
-- What a revised term counts from; null counts from the deciding meeting, and follows it.
ALTER TABLE due_terms ADD COLUMN counts_from TIMESTAMPTZ;
ALTER TABLE due_terms ADD COLUMN period_count INTEGER;
ALTER TABLE due_terms ADD COLUMN period_unit TEXT;
ALTER TABLE due_terms ADD COLUMN frequency TEXT;

-- An occurrence of a recurring term once it is settled. Those to come follow from the term and the calendar.
CREATE TABLE occurrences (
    action_id UUID NOT NULL REFERENCES actions (id),
    term_number INTEGER NOT NULL,
    number INTEGER NOT NULL,
    due_on DATE NOT NULL,
    meeting_id UUID REFERENCES meetings (id),
    outcome TEXT NOT NULL,
    settled_on DATE NOT NULL,
    said TEXT NOT NULL,
    settled_by TEXT NOT NULL,
    settled_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (action_id, term_number, number)
);

-- The committees that a committee succeeds, whose actions follow its calendar.
CREATE INDEX committees_succeeded ON committees (successor_id) WHERE successor_id IS NOT NULL;

-- What is to be looked at, in the order of the days on which.
CREATE INDEX actions_to_review ON actions (review_on, id) WHERE review_on IS NOT NULL;
CREATE INDEX action_versions_to_review ON action_versions (review_on, id) WHERE review_on IS NOT NULL;
