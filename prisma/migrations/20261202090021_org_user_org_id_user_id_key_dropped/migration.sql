-- Replaced by org_user_member_key.
DROP INDEX CONCURRENTLY IF EXISTS "org_user_org_id_user_id_key";
