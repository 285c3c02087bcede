-- The same for invites.
ALTER INDEX "org_invite_search_idx" ALTER COLUMN 1 SET STATISTICS 0;
