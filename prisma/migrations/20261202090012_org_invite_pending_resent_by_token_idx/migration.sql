-- What API tokens have resent.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_pending_resent_by_token_idx" ON "org_invite"("org_id", "resent_by_token_id")
    WHERE "status" = 'PENDING' AND "resent_by_token_id" IS NOT NULL;
