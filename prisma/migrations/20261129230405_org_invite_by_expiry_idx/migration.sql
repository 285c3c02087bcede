-- The list of invites by when they expire.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_by_expiry_idx" ON "org_invite"("org_id", "expires_at", "id");
