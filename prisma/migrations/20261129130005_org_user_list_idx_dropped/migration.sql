-- "org_user_members_idx" serves the same reads, those of older servers too.
DROP INDEX CONCURRENTLY IF EXISTS "org_user_list_idx";
