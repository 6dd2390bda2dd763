-- What the query planner assumes of the actions: a full table of a large council, whatever is in it today. Plans then
-- depend on the indexes alone, and not on when ANALYZE last ran; nothing here ever runs it.
ANALYZE committees;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('actions', 'actions_by_due', '100000 200 1'),
    ('actions', 'actions_by_original_due', '100000 200 1'),
    ('actions', 'actions_by_update', '100000 2 1'),
    ('actions', 'actions_outstanding_by_due', '100000 50000 100 1'),
    ('actions', 'actions_outstanding_by_original_due', '100000 50000 100 1'),
    ('actions', 'actions_outstanding_by_reference', '100000 50000 1'),
    ('actions', 'actions_by_state', '100000 15000 30 1'),
    ('actions', 'actions_of_owner', '100000 1000 2 1'),
    ('actions', 'actions_of_owner_outstanding', '100000 1000 500 1 1'),
    ('actions', 'actions_of_committee', '100000 5000 10 1'),
    ('actions', 'actions_of_committee_outstanding', '100000 5000 2500 5 1'),
    ('actions', 'actions_of_meeting', '100000 100 1 1'),
    ('actions', 'actions_due_at_meeting', '40000 100 1 1'),
    ('actions', 'actions_of_resolution', '100000 10'),
    ('actions', 'actions_exempt', '2000 200 1'),
    ('actions', 'actions_natural_key', '50000 50000 1');
