-- The suspended members of an org, in the order of the list, with what its other filters need.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_user_suspended_idx"
    ON "org_user"("org_id", "joined_at", "id", "user_id", "roles") WHERE "status" = 'SUSPENDED';
