-- What API tokens have sent.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_pending_by_token_idx" ON "org_invite"("org_id", "invited_by_token_id")
    WHERE "status" = 'PENDING' AND "invited_by_token_id" IS NOT NULL;
