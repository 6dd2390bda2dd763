-- When a published source was last seen to list a record, and since when it has not.
--
-- Kept in step with the other database's migration of the same version.
ALTER TABLE record_sources ADD COLUMN last_seen_at TIMESTAMPTZ;
ALTER TABLE record_sources ADD COLUMN missing_since TIMESTAMPTZ;
