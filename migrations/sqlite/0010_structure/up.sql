-- Links between actions. They are only ever added to.
--
-- Kept in step with the other database's migration of the same version.
CREATE TABLE action_links (
    id BLOB NOT NULL PRIMARY KEY,
    from_action_id BLOB NOT NULL REFERENCES actions (id),
    to_action_id BLOB NOT NULL REFERENCES actions (id),
    kind TEXT NOT NULL,
    note TEXT,
    -- The subject of whoever made it.
    made_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (from_action_id, to_action_id, kind)
) STRICT;
CREATE INDEX action_links_from ON action_links (from_action_id, id);
CREATE INDEX action_links_to ON action_links (to_action_id, id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('action_links', 'action_links_from', '2000 2 1'),
    ('action_links', 'action_links_to', '2000 2 1');
