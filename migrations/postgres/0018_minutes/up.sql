-- Minutes as they were handed in, revision by revision, and the drafts that were read in them.
--
-- Kept in step with the other database's migration of the same version: same tables, same columns, same order.

-- Append-only. The bytes lie in the store of evidence.
CREATE TABLE minutes (
    id UUID NOT NULL PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meetings (id),
    -- That of the meeting, which never changes.
    committee_id UUID NOT NULL REFERENCES committees (id),
    revision INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    object_key TEXT NOT NULL UNIQUE,
    recorded_by TEXT NOT NULL,
    recorded_by_name TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (meeting_id, revision),
    UNIQUE (meeting_id, sha256)
);
CREATE TRIGGER minutes_stay BEFORE UPDATE OR DELETE ON minutes
    FOR EACH ROW EXECUTE FUNCTION record_stays();

-- What was read: the text into which the spans of drafts point. Apart, because lists do not want it.
CREATE TABLE minutes_texts (
    minutes_id UUID NOT NULL PRIMARY KEY REFERENCES minutes (id),
    text TEXT NOT NULL
);
CREATE TRIGGER minutes_texts_stay BEFORE UPDATE OR DELETE ON minutes_texts
    FOR EACH ROW EXECUTE FUNCTION record_stays();

CREATE TABLE drafts (
    id UUID NOT NULL PRIMARY KEY,
    minutes_id UUID NOT NULL REFERENCES minutes (id),
    meeting_id UUID NOT NULL REFERENCES meetings (id),
    committee_id UUID NOT NULL REFERENCES committees (id),
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
    is_action BOOLEAN NOT NULL,
    agenda_item_id UUID REFERENCES agenda_items (id),
    title TEXT NOT NULL,
    required TEXT,
    owner_post_id UUID REFERENCES posts (id),
    -- A JSON array of ids.
    supporting_posts TEXT NOT NULL,
    due_kind TEXT,
    due_wording TEXT,
    due_on DATE,
    due_meeting_id UUID REFERENCES meetings (id),
    review_on DATE,
    due_period_count INTEGER,
    due_period_unit TEXT,
    due_frequency TEXT,
    exempt BOOLEAN,
    -- A JSON array of paragraph numbers.
    exempt_paragraphs TEXT,
    supersedes_id UUID REFERENCES resolutions (id),
    -- What became of it.
    state TEXT NOT NULL,
    reason TEXT,
    resolution_id UUID REFERENCES resolutions (id),
    action_id UUID REFERENCES actions (id),
    merged_into_id UUID REFERENCES drafts (id),
    -- How it stands to the revision before.
    change TEXT NOT NULL,
    follows_id UUID REFERENCES drafts (id),
    followed_by_id UUID REFERENCES drafts (id),
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (minutes_id, number)
);
CREATE INDEX drafts_of_minutes_by_state ON drafts (minutes_id, state, number);
-- What a further revision is compared with.
CREATE INDEX drafts_not_followed ON drafts (meeting_id, minutes_id, number) WHERE followed_by_id IS NULL;
CREATE TRIGGER drafts_stay BEFORE DELETE ON drafts
    FOR EACH ROW EXECUTE FUNCTION record_stays();
