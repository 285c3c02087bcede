-- The list of members with all columns that its filters need, the status too. It takes the place of "org_user_list_idx".
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_user_members_idx"
    ON "org_user"("org_id", "joined_at", "id", "user_id", "roles", "status");
