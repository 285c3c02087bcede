-- The list of members in the order of joining, with the columns that its filters need and what a search looks at.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_user_listed_idx"
    ON "org_user"("org_id", "joined_at", "id", "user_id", "roles", "status", "search_text");
