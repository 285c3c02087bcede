-- Replaced by org_user_listed_idx, which begins with the same columns.
DROP INDEX CONCURRENTLY IF EXISTS "org_user_members_idx";
