-- Drafts of earlier revisions that a draft perhaps says again, and the actions that drafts became along with a resolution.
--
-- Kept in step with the other database's migration of the same version: same tables, same columns, same order.

-- JSON: an array of the drafts, the likeliest first.
ALTER TABLE drafts ADD COLUMN may_follow TEXT NOT NULL DEFAULT '[]';

CREATE INDEX drafts_of_resolution ON drafts (resolution_id) WHERE resolution_id IS NOT NULL;
