-- What the report on coverage reads: resolutions that ask for something, and requests in the discussion that nobody decided on.
--
-- The kind stands in an expression, so that SQLite takes these indexes, which have the order of the report, and not the one by kind.
-- Kept in step with the other database's migration of the same version.
CREATE INDEX resolutions_asking ON resolutions (id)
    WHERE superseded_by_id IS NULL AND kind || '' IN ('request', 'recommendation', 'referral');
CREATE INDEX resolutions_asking_of_committee ON resolutions (committee_id, id)
    WHERE superseded_by_id IS NULL AND kind || '' IN ('request', 'recommendation', 'referral');
CREATE INDEX drafts_unconfirmed ON drafts (id) WHERE origin = 'discussion' AND state = 'proposed';
CREATE INDEX drafts_unconfirmed_of_committee ON drafts (committee_id, id)
    WHERE origin = 'discussion' AND state = 'proposed';
