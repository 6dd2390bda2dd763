-- Autovacuum keeps this database's statistics; SQLite's migration of the same version writes its own.
SELECT 1;
