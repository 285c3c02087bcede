-- Finds and counts the valid tokens of an org without reading those that were revoked or have expired.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_token_unrevoked_idx" ON "api_token"("org_id", "expires_at") WHERE "revoked_at" IS NULL;
