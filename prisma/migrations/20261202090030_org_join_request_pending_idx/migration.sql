-- The pending requests of an org in the order of the list, without those that have ended.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_join_request_pending_idx" ON "org_join_request"("org_id", "created_at" DESC, "id" DESC)
    WHERE "status" = 'PENDING';
