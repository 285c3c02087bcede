-- The list of members by name, with the columns that its filters need.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_user_by_name_idx"
    ON "org_user"("org_id", "sort_name", "id", "user_id", "roles", "status");
