-- The heading under which something stands in minutes; and bytes of an earlier revision may become a later one.
--
-- Kept in step with the other database's migration of the same version: same tables, same columns, same order.

-- JSON: the heading as printed, and the agenda items that it names.
ALTER TABLE drafts ADD COLUMN heading TEXT;

-- A unique constraint goes only with its table. What names minutes finds them again before the transaction ends.
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE kept_minutes AS SELECT * FROM minutes;
DROP TABLE minutes;
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
    UNIQUE (meeting_id, revision)
) STRICT;
INSERT INTO minutes SELECT * FROM kept_minutes;
DROP TABLE kept_minutes;
CREATE INDEX minutes_of_meeting_by_sha256 ON minutes (meeting_id, sha256, revision);
CREATE TRIGGER minutes_stay BEFORE DELETE ON minutes
BEGIN
    SELECT RAISE(ABORT, 'minutes are never deleted');
END;
CREATE TRIGGER minutes_unedited BEFORE UPDATE ON minutes
BEGIN
    SELECT RAISE(ABORT, 'minutes never change');
END;
