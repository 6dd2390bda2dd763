-- The records: committees, meetings, agenda items, resolutions, posts and actions, with their history.
--
-- Kept in step with the other database's migration of the same version: same tables, same columns, same order.
-- Ids are sixteen bytes, instants RFC 3339 UTC text with six fraction digits, days ISO 8601 text, booleans 0 or 1.

CREATE TABLE committees (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    ended_on TEXT,
    successor_id BLOB REFERENCES committees (id),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE meetings (
    id BLOB NOT NULL PRIMARY KEY,
    committee_id BLOB NOT NULL REFERENCES committees (id),
    starts_at TEXT NOT NULL,
    title TEXT,
    location TEXT,
    status TEXT NOT NULL,
    postponed_to_id BLOB REFERENCES meetings (id),
    minutes_confirmed_on TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX meetings_by_start ON meetings (starts_at, id);
CREATE INDEX meetings_of_committee ON meetings (committee_id, starts_at, id);
CREATE INDEX meetings_of_committee_by_status ON meetings (committee_id, status, starts_at, id);
CREATE INDEX meetings_by_status ON meetings (status, starts_at, id);

CREATE TABLE agenda_items (
    id BLOB NOT NULL PRIMARY KEY,
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    committee_id BLOB NOT NULL REFERENCES committees (id),
    number TEXT NOT NULL,
    -- Digits padded, so that item 10 follows item 9.
    number_key TEXT NOT NULL,
    title TEXT NOT NULL,
    exempt INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (meeting_id, number)
) STRICT;
CREATE INDEX agenda_items_of_meeting ON agenda_items (meeting_id, number_key, id);
CREATE INDEX agenda_items_of_committee ON agenda_items (committee_id, meeting_id, number_key, id);

CREATE TABLE resolutions (
    id BLOB NOT NULL PRIMARY KEY,
    committee_id BLOB NOT NULL REFERENCES committees (id),
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    agenda_item_id BLOB REFERENCES agenda_items (id),
    clause TEXT,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    exempt INTEGER NOT NULL,
    supersedes_id BLOB UNIQUE REFERENCES resolutions (id),
    superseded_by_id BLOB REFERENCES resolutions (id),
    source_system TEXT,
    source_reference TEXT,
    source_url TEXT,
    source_digest BLOB,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (source_system, source_reference)
) STRICT;
CREATE INDEX resolutions_of_meeting ON resolutions (meeting_id, id);
CREATE INDEX resolutions_of_agenda_item ON resolutions (agenda_item_id, id);
CREATE INDEX resolutions_of_committee ON resolutions (committee_id, id);
CREATE INDEX resolutions_by_kind ON resolutions (kind, id);

CREATE TABLE posts (
    id BLOB NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    directorate TEXT,
    ended_on TEXT,
    successor_id BLOB REFERENCES posts (id),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX posts_by_title ON posts (title, id);
CREATE INDEX posts_of_directorate ON posts (directorate, title, id);

CREATE TABLE tenures (
    id BLOB NOT NULL PRIMARY KEY,
    post_id BLOB NOT NULL REFERENCES posts (id),
    holder_name TEXT NOT NULL,
    -- The subject of the holder's tokens, by which an officer is known.
    holder_subject TEXT,
    acting INTEGER NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX tenures_of_post ON tenures (post_id, starts_on, id);
CREATE INDEX tenures_of_holder ON tenures (holder_subject, starts_on) WHERE holder_subject IS NOT NULL;

-- The last number given in each row of references; the row is locked while a number is taken.
CREATE TABLE reference_counters (
    committee_id BLOB NOT NULL REFERENCES committees (id),
    municipal_year INTEGER NOT NULL,
    series TEXT NOT NULL,
    last_number INTEGER NOT NULL,
    PRIMARY KEY (committee_id, municipal_year, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE actions (
    -- Names the row to the search index, which knows rows by number only.
    row_no INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    reference TEXT NOT NULL,
    -- Sorts byte by byte as references do.
    reference_key TEXT NOT NULL UNIQUE,
    committee_id BLOB NOT NULL REFERENCES committees (id),
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    agenda_item_id BLOB REFERENCES agenda_items (id),
    resolution_id BLOB REFERENCES resolutions (id),
    title TEXT NOT NULL,
    required TEXT,
    owner_post_id BLOB REFERENCES posts (id),
    -- A JSON array of ids, as it is answered; action_supporting_posts holds the same to be searched.
    supporting_posts TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    exempt INTEGER NOT NULL,
    -- The due term in force, a copy of its row in due_terms; 0 and nulls before there is one.
    due_number INTEGER NOT NULL,
    due_kind TEXT,
    due_wording TEXT,
    due_on TEXT,
    due_meeting_id BLOB REFERENCES meetings (id),
    review_on TEXT,
    original_due_on TEXT,
    claimed_by TEXT,
    claimed_at TEXT,
    closed_on TEXT,
    decision_id BLOB REFERENCES resolutions (id),
    successor_id BLOB REFERENCES actions (id),
    source_system TEXT,
    source_reference TEXT,
    source_url TEXT,
    source_digest BLOB,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    outstanding INTEGER NOT NULL GENERATED ALWAYS AS (state NOT IN ('closed', 'void')) VIRTUAL,
    -- The due day with undated ones after every day there is.
    due_sort TEXT NOT NULL GENERATED ALWAYS AS (COALESCE(due_on, '9999-12-31')) VIRTUAL,
    original_due_sort TEXT NOT NULL GENERATED ALWAYS AS (COALESCE(original_due_on, '9999-12-31')) VIRTUAL
) STRICT;
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
    action_id BLOB NOT NULL REFERENCES actions (id),
    post_id BLOB NOT NULL REFERENCES posts (id),
    PRIMARY KEY (action_id, post_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX actions_supported_by_post ON action_supporting_posts (post_id, action_id);

-- Append-only; number 1 is the original.
CREATE TABLE due_terms (
    action_id BLOB NOT NULL REFERENCES actions (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    wording TEXT,
    due_on TEXT,
    meeting_id BLOB REFERENCES meetings (id),
    review_on TEXT,
    reason TEXT,
    set_by TEXT NOT NULL,
    set_at TEXT NOT NULL,
    PRIMARY KEY (action_id, number)
) STRICT, WITHOUT ROWID;

-- Words come folded from the service, so the tokenizer has nothing to do but split at spaces. Rows are named by row_no.
CREATE VIRTUAL TABLE action_search USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);

-- The audit trail. Content is canonical JSON (RFC 8785); each sealed entry's hash covers its sequence, the hash before it
-- and its content. Nothing is ever deleted, and a sealed entry never changes.
CREATE TABLE audit_entries (
    entry_no INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER UNIQUE,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    content TEXT NOT NULL,
    previous_hash BLOB,
    hash BLOB,
    CHECK ((sequence IS NULL) = (hash IS NULL) AND (sequence IS NULL) = (previous_hash IS NULL))
) STRICT;
CREATE INDEX audit_entries_of_subject ON audit_entries (subject_id, entry_no);
CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never deleted');
END;
CREATE TRIGGER audit_entries_sealed BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries never change');
END;

CREATE TABLE idempotency_records (
    -- SHA-256 over caller, route and key.
    scope BLOB NOT NULL UNIQUE,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    etag TEXT,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX idempotency_records_by_age ON idempotency_records (created_at);

-- Keys the service makes for itself and all its instances share, such as the one that authenticates cursors.
CREATE TABLE service_keys (
    name TEXT NOT NULL PRIMARY KEY,
    secret BLOB NOT NULL
) STRICT, WITHOUT ROWID;
