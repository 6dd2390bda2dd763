-- Minutes as they were handed in, revision by revision, and the drafts that were read in them.
--
-- Kept in step with the other database's migration of the same version: same tables, same columns, same order.

-- Append-only. The bytes lie in the store of evidence.
CREATE TABLE minutes (
    id BLOB NOT NULL PRIMARY KEY,
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    -- That of the meeting, which never changes.
    committee_id BLOB NOT NULL REFERENCES committees (id),
    revision INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    object_key TEXT NOT NULL UNIQUE,
    recorded_by TEXT NOT NULL,
    recorded_by_name TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (meeting_id, revision),
    UNIQUE (meeting_id, sha256)
) STRICT;
CREATE TRIGGER minutes_stay BEFORE DELETE ON minutes
BEGIN
    SELECT RAISE(ABORT, 'minutes are never deleted');
END;
CREATE TRIGGER minutes_unedited BEFORE UPDATE ON minutes
BEGIN
    SELECT RAISE(ABORT, 'minutes never change');
END;

-- What was read: the text into which the spans of drafts point. Apart, because lists do not want it.
CREATE TABLE minutes_texts (
    minutes_id BLOB NOT NULL PRIMARY KEY REFERENCES minutes (id),
    text TEXT NOT NULL
) STRICT;
CREATE TRIGGER minutes_texts_stay BEFORE DELETE ON minutes_texts
BEGIN
    SELECT RAISE(ABORT, 'minutes are never deleted');
END;
CREATE TRIGGER minutes_texts_unedited BEFORE UPDATE ON minutes_texts
BEGIN
    SELECT RAISE(ABORT, 'minutes never change');
END;

CREATE TABLE drafts (
    id BLOB NOT NULL PRIMARY KEY,
    minutes_id BLOB NOT NULL REFERENCES minutes (id),
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    committee_id BLOB NOT NULL REFERENCES committees (id),
    -- Its place in the minutes.
    number INTEGER NOT NULL,
    origin TEXT NOT NULL,
    -- As it was read.
    printed_label TEXT,
    text TEXT NOT NULL,
    strength TEXT,
    -- A JSON array.
    owners TEXT NOT NULL,
    due_phrase_kind TEXT NOT NULL,
    due_phrase TEXT,
    span_from INTEGER NOT NULL,
    span_to INTEGER NOT NULL,
    -- A JSON array of spans.
    restates TEXT NOT NULL,
    -- In hundredths.
    confidence INTEGER NOT NULL,
    -- A JSON array.
    rules TEXT NOT NULL,
    -- As it is to be recorded.
    label TEXT,
    kind TEXT,
    is_action INTEGER NOT NULL,
    agenda_item_id BLOB REFERENCES agenda_items (id),
    title TEXT NOT NULL,
    required TEXT,
    owner_post_id BLOB REFERENCES posts (id),
    -- A JSON array of ids.
    supporting_posts TEXT NOT NULL,
    due_kind TEXT,
    due_wording TEXT,
    due_on TEXT,
    due_meeting_id BLOB REFERENCES meetings (id),
    review_on TEXT,
    due_period_count INTEGER,
    due_period_unit TEXT,
    due_frequency TEXT,
    exempt INTEGER,
    -- A JSON array of paragraph numbers.
    exempt_paragraphs TEXT,
    supersedes_id BLOB REFERENCES resolutions (id),
    -- What became of it.
    state TEXT NOT NULL,
    reason TEXT,
    resolution_id BLOB REFERENCES resolutions (id),
    action_id BLOB REFERENCES actions (id),
    merged_into_id BLOB REFERENCES drafts (id),
    -- How it stands to the revision before.
    change TEXT NOT NULL,
    follows_id BLOB REFERENCES drafts (id),
    followed_by_id BLOB REFERENCES drafts (id),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (minutes_id, number)
) STRICT;
CREATE INDEX drafts_of_minutes_by_state ON drafts (minutes_id, state, number);
-- What a further revision is compared with.
CREATE INDEX drafts_not_followed ON drafts (meeting_id, minutes_id, number) WHERE followed_by_id IS NULL;
CREATE TRIGGER drafts_stay BEFORE DELETE ON drafts
BEGIN
    SELECT RAISE(ABORT, 'drafts are never deleted');
END;
