-- Verifications, recorded delegations, extension requests, and the executive's responses to recommendations.
--
-- Kept in step with the other database's migration of the same version: same tables, same columns, same order.

-- Append-only.
CREATE TABLE verifications (
    id BLOB NOT NULL PRIMARY KEY,
    action_id BLOB NOT NULL REFERENCES actions (id),
    number INTEGER NOT NULL,
    method TEXT NOT NULL,
    result TEXT NOT NULL,
    note TEXT NOT NULL,
    verified_on TEXT NOT NULL,
    -- Whether it was made of a claim that stood, and so counts for its acceptance.
    of_claim INTEGER NOT NULL,
    reopened INTEGER NOT NULL,
    verified_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (action_id, number)
) STRICT;
CREATE TRIGGER verifications_stay BEFORE DELETE ON verifications
BEGIN
    SELECT RAISE(ABORT, 'verifications are never deleted');
END;
CREATE TRIGGER verifications_unedited BEFORE UPDATE ON verifications
BEGIN
    SELECT RAISE(ABORT, 'verifications never change');
END;

CREATE TABLE delegations (
    id BLOB NOT NULL PRIMARY KEY,
    committee_id BLOB NOT NULL REFERENCES committees (id),
    wording TEXT NOT NULL,
    delegate TEXT NOT NULL,
    resolution_id BLOB NOT NULL REFERENCES resolutions (id),
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX delegations_by_start ON delegations (starts_on, id);
CREATE INDEX delegations_of_committee ON delegations (committee_id, starts_on, id);

-- The delegation that the acceptance of a claim rests on.
ALTER TABLE completion_claims ADD COLUMN delegation_id BLOB REFERENCES delegations (id);

CREATE TABLE extension_requests (
    id BLOB NOT NULL PRIMARY KEY,
    action_id BLOB NOT NULL REFERENCES actions (id),
    -- That of the action, which never changes.
    committee_id BLOB NOT NULL REFERENCES committees (id),
    number INTEGER NOT NULL,
    -- The proposed term as it was worded; it resolves when it is granted.
    kind TEXT NOT NULL,
    wording TEXT,
    due_on TEXT,
    meeting_id BLOB REFERENCES meetings (id),
    review_on TEXT,
    period_count INTEGER,
    period_unit TEXT,
    frequency TEXT,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    post_id BLOB REFERENCES posts (id),
    decided_by TEXT,
    decided_at TEXT,
    decided_on TEXT,
    decision_id BLOB REFERENCES resolutions (id),
    delegation_id BLOB REFERENCES delegations (id),
    delegation TEXT,
    decision_reason TEXT,
    -- The number of the due term that it became.
    due_number INTEGER,
    version INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (action_id, number)
) STRICT;
CREATE UNIQUE INDEX extension_requests_pending ON extension_requests (action_id) WHERE state = 'pending';
CREATE INDEX extension_requests_by_state ON extension_requests (state, id);
CREATE INDEX extension_requests_of_committee ON extension_requests (committee_id, id);
CREATE INDEX extension_requests_of_committee_by_state ON extension_requests (committee_id, state, id);
CREATE TRIGGER extension_requests_stay BEFORE DELETE ON extension_requests
BEGIN
    SELECT RAISE(ABORT, 'extension requests are never deleted');
END;

-- Whether a response of the executive is needed; when notice was given; the day from which its time runs, which is that day
-- or the meeting's and moves with it; and the number of the response that counts, 0 before there is one.
ALTER TABLE resolutions ADD COLUMN response_needed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE resolutions ADD COLUMN notice_on TEXT;
ALTER TABLE resolutions ADD COLUMN response_anchor TEXT NOT NULL DEFAULT '0001-01-01';
ALTER TABLE resolutions ADD COLUMN response_number INTEGER NOT NULL DEFAULT 0;
UPDATE resolutions SET response_needed = (kind = 'recommendation' AND superseded_by_id IS NULL);
-- No meeting begins in the hour before midnight, so that the day is the same in UTC.
UPDATE resolutions SET response_anchor = (SELECT substr(starts_at, 1, 10) FROM meetings WHERE meetings.id = resolutions.meeting_id);
CREATE INDEX resolutions_awaiting ON resolutions (id, response_anchor) WHERE response_needed AND response_number = 0;
CREATE INDEX resolutions_answered ON resolutions (id) WHERE response_number > 0;

-- Append-only; the last one counts.
CREATE TABLE resolution_responses (
    id BLOB NOT NULL PRIMARY KEY,
    resolution_id BLOB NOT NULL REFERENCES resolutions (id),
    number INTEGER NOT NULL,
    response TEXT NOT NULL,
    responded_by TEXT NOT NULL,
    responded_on TEXT NOT NULL,
    reasons TEXT,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (resolution_id, number)
) STRICT;
CREATE TRIGGER resolution_responses_stay BEFORE DELETE ON resolution_responses
BEGIN
    SELECT RAISE(ABORT, 'responses are never deleted');
END;
CREATE TRIGGER resolution_responses_unedited BEFORE UPDATE ON resolution_responses
BEGIN
    SELECT RAISE(ABORT, 'responses never change');
END;

CREATE INDEX actions_by_priority ON actions (priority, due_sort, id) WHERE priority IS NOT NULL;
-- Only what has slipped can be called in.
CREATE INDEX actions_slipped ON actions (outstanding, due_sort, id) WHERE due_number > 1 OR missed_terms > 0;
-- Whose place an action takes.
CREATE INDEX actions_of_successor ON actions (successor_id) WHERE successor_id IS NOT NULL;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('actions', 'actions_by_priority', '60000 20000 40 1'),
    ('actions', 'actions_slipped', '20000 10000 20 1'),
    ('actions', 'actions_of_successor', '2000 1');
