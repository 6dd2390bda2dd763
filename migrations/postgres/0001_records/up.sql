-- The records: committees, meetings, agenda items, resolutions, posts and actions, with their history.
--
-- Kept in step with the other database's migration of the same version: same tables, same columns, same order.
-- Texts that are sorted or compared by bytes have collation "C", as all texts have on SQLite.

CREATE TABLE committees (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    ended_on DATE,
    successor_id UUID REFERENCES committees (id),
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE meetings (
    id UUID NOT NULL PRIMARY KEY,
    committee_id UUID NOT NULL REFERENCES committees (id),
    starts_at TIMESTAMPTZ NOT NULL,
    title TEXT,
    location TEXT,
    status TEXT NOT NULL,
    postponed_to_id UUID REFERENCES meetings (id),
    minutes_confirmed_on DATE,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX meetings_by_start ON meetings (starts_at, id);
CREATE INDEX meetings_of_committee ON meetings (committee_id, starts_at, id);
CREATE INDEX meetings_of_committee_by_status ON meetings (committee_id, status, starts_at, id);
CREATE INDEX meetings_by_status ON meetings (status, starts_at, id);

CREATE TABLE agenda_items (
    id UUID NOT NULL PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meetings (id),
    committee_id UUID NOT NULL REFERENCES committees (id),
    number TEXT NOT NULL,
    -- Digits padded, so that item 10 follows item 9.
    number_key TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    exempt BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (meeting_id, number)
);
CREATE INDEX agenda_items_of_meeting ON agenda_items (meeting_id, number_key, id);
CREATE INDEX agenda_items_of_committee ON agenda_items (committee_id, meeting_id, number_key, id);

CREATE TABLE resolutions (
    id UUID NOT NULL PRIMARY KEY,
    committee_id UUID NOT NULL REFERENCES committees (id),
    meeting_id UUID NOT NULL REFERENCES meetings (id),
    agenda_item_id UUID REFERENCES agenda_items (id),
    clause TEXT,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    exempt BOOLEAN NOT NULL,
    supersedes_id UUID UNIQUE REFERENCES resolutions (id),
    superseded_by_id UUID REFERENCES resolutions (id),
    source_system TEXT,
    source_reference TEXT,
    source_url TEXT,
    source_digest BYTEA,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (source_system, source_reference)
);
CREATE INDEX resolutions_of_meeting ON resolutions (meeting_id, id);
CREATE INDEX resolutions_of_agenda_item ON resolutions (agenda_item_id, id);
CREATE INDEX resolutions_of_committee ON resolutions (committee_id, id);
CREATE INDEX resolutions_by_kind ON resolutions (kind, id);

CREATE TABLE posts (
    id UUID NOT NULL PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    directorate TEXT COLLATE "C",
    ended_on DATE,
    successor_id UUID REFERENCES posts (id),
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX posts_by_title ON posts (title, id);
CREATE INDEX posts_of_directorate ON posts (directorate, title, id);

CREATE TABLE tenures (
    id UUID NOT NULL PRIMARY KEY,
    post_id UUID NOT NULL REFERENCES posts (id),
    holder_name TEXT NOT NULL,
    -- The subject of the holder's tokens, by which an officer is known.
    holder_subject TEXT,
    acting BOOLEAN NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX tenures_of_post ON tenures (post_id, starts_on, id);
CREATE INDEX tenures_of_holder ON tenures (holder_subject, starts_on) WHERE holder_subject IS NOT NULL;

-- The last number given in each row of references; the row is locked while a number is taken.
CREATE TABLE reference_counters (
    committee_id UUID NOT NULL REFERENCES committees (id),
    municipal_year INTEGER NOT NULL,
    series TEXT NOT NULL,
    last_number INTEGER NOT NULL,
    PRIMARY KEY (committee_id, municipal_year, series)
);

CREATE TABLE actions (
    id UUID NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    -- Sorts byte by byte as references do.
    reference_key TEXT COLLATE "C" NOT NULL UNIQUE,
    committee_id UUID NOT NULL REFERENCES committees (id),
    meeting_id UUID NOT NULL REFERENCES meetings (id),
    agenda_item_id UUID REFERENCES agenda_items (id),
    resolution_id UUID REFERENCES resolutions (id),
    title TEXT NOT NULL,
    required TEXT,
    owner_post_id UUID REFERENCES posts (id),
    -- A JSON array of ids, as it is answered; action_supporting_posts holds the same to be searched.
    supporting_posts TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    exempt BOOLEAN NOT NULL,
    -- The due term in force, a copy of its row in due_terms; 0 and nulls before there is one.
    due_number INTEGER NOT NULL,
    due_kind TEXT,
    due_wording TEXT,
    due_on DATE,
    due_meeting_id UUID REFERENCES meetings (id),
    review_on DATE,
    original_due_on DATE,
    claimed_by TEXT,
    claimed_at TIMESTAMPTZ,
    closed_on DATE,
    decision_id UUID REFERENCES resolutions (id),
    successor_id UUID REFERENCES actions (id),
    source_system TEXT,
    source_reference TEXT,
    source_url TEXT,
    source_digest BYTEA,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    outstanding BOOLEAN NOT NULL GENERATED ALWAYS AS (state NOT IN ('closed', 'void')) STORED,
    -- The due day with undated ones after every day there is.
    due_sort DATE NOT NULL GENERATED ALWAYS AS (COALESCE(due_on, DATE '9999-12-31')) STORED,
    original_due_sort DATE NOT NULL GENERATED ALWAYS AS (COALESCE(original_due_on, DATE '9999-12-31')) STORED
);
-- One index for each way in which actions are listed; the benchmark counts what each costs a write.
CREATE INDEX actions_by_due ON actions (due_sort, id);
CREATE INDEX actions_by_original_due ON actions (original_due_sort, id);
CREATE INDEX actions_by_update ON actions (updated_at, id);
CREATE INDEX actions_outstanding_by_due ON actions (outstanding, due_sort, id);
CREATE INDEX actions_outstanding_by_original_due ON actions (outstanding, original_due_sort, id);
CREATE INDEX actions_outstanding_by_reference ON actions (outstanding, reference_key);
CREATE INDEX actions_by_state ON actions (state, due_sort, id);
CREATE INDEX actions_of_owner ON actions (owner_post_id, due_sort, id);
CREATE INDEX actions_of_owner_outstanding ON actions (owner_post_id, outstanding, due_sort, id);
CREATE INDEX actions_of_committee ON actions (committee_id, due_sort, id);
CREATE INDEX actions_of_committee_outstanding ON actions (committee_id, outstanding, due_sort, id);
CREATE INDEX actions_of_meeting ON actions (meeting_id, due_sort, id);
CREATE INDEX actions_due_at_meeting ON actions (due_meeting_id, due_sort, id) WHERE due_meeting_id IS NOT NULL;
CREATE INDEX actions_of_resolution ON actions (resolution_id);
CREATE INDEX actions_exempt ON actions (due_sort, id) WHERE exempt;
CREATE UNIQUE INDEX actions_natural_key ON actions (source_system, source_reference) WHERE source_reference IS NOT NULL;

CREATE TABLE action_supporting_posts (
    action_id UUID NOT NULL REFERENCES actions (id),
    post_id UUID NOT NULL REFERENCES posts (id),
    PRIMARY KEY (action_id, post_id)
);
CREATE INDEX actions_supported_by_post ON action_supporting_posts (post_id, action_id);

-- Append-only; number 1 is the original.
CREATE TABLE due_terms (
    action_id UUID NOT NULL REFERENCES actions (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    wording TEXT,
    due_on DATE,
    meeting_id UUID REFERENCES meetings (id),
    review_on DATE,
    reason TEXT,
    set_by TEXT NOT NULL,
    set_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (action_id, number)
);

-- Words come folded from the service, with their positions.
CREATE TABLE action_search (
    action_id UUID NOT NULL PRIMARY KEY REFERENCES actions (id),
    words TSVECTOR NOT NULL
);
CREATE INDEX action_search_words ON action_search USING gin (words);

-- The audit trail. Content is canonical JSON (RFC 8785); each sealed entry's hash covers its sequence, the hash before it
-- and its content. Nothing is ever deleted, and a sealed entry never changes.
CREATE TABLE audit_entries (
    entry_no BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sequence BIGINT UNIQUE,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    content TEXT NOT NULL,
    previous_hash BYTEA,
    hash BYTEA,
    CHECK ((sequence IS NULL) = (hash IS NULL) AND (sequence IS NULL) = (previous_hash IS NULL))
);
CREATE INDEX audit_entries_of_subject ON audit_entries (subject_id, entry_no);
CREATE INDEX audit_entries_unsealed ON audit_entries (entry_no) WHERE sequence IS NULL;
CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.sequence IS NULL AND NEW.sequence IS NOT NULL
        AND (NEW.entry_no, NEW.subject_kind, NEW.subject_id, NEW.content)
            = (OLD.entry_no, OLD.subject_kind, OLD.subject_id, OLD.content) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit entries never change and are never deleted';
END;
$$;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_stay();

CREATE TABLE idempotency_records (
    -- SHA-256 over caller, route and key.
    scope BYTEA NOT NULL PRIMARY KEY,
    fingerprint BYTEA NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    etag TEXT,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idempotency_records_by_age ON idempotency_records (created_at);

-- Keys the service makes for itself and all its instances share, such as the one that authenticates cursors.
CREATE TABLE service_keys (
    name TEXT NOT NULL PRIMARY KEY,
    secret BYTEA NOT NULL
);
