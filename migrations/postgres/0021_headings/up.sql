-- The heading under which something stands in minutes; and bytes of an earlier revision may become a later one.
--
-- Kept in step with the other database's migration of the same version: same tables, same columns, same order.

-- JSON: the heading as printed, and the agenda items that it names.
ALTER TABLE drafts ADD COLUMN heading TEXT;

ALTER TABLE minutes DROP CONSTRAINT minutes_meeting_id_sha256_key;
CREATE INDEX minutes_of_meeting_by_sha256 ON minutes (meeting_id, sha256, revision);
