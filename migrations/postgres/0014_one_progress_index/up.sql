-- The sort by the last update is only of lists of outstanding actions, or of those that are not: one index serves both it
-- and "no update since", and a new action enters one less.
DROP INDEX actions_by_progress;
