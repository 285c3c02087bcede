-- A member by org and user, with what most statements ask. Without these columns, PostgreSQL rather looked through the org's
-- members in org_user_by_name_idx, which has them: it assumes an org of average size.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "org_user_member_key"
    ON "org_user"("org_id", "user_id") INCLUDE ("id", "roles", "status");
