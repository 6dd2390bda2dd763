-- A delegation is recorded or there is none: the words that once named one were never written by a released program.
ALTER TABLE completion_claims DROP COLUMN delegation;
ALTER TABLE extension_requests DROP COLUMN delegation;
