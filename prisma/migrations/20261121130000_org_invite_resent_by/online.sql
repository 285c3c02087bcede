-- The same as migration.sql, beside a server that reads and writes.

ALTER TABLE "org_invite" ADD COLUMN IF NOT EXISTS "resent_by_id" UUID,
ADD COLUMN IF NOT EXISTS "resent_by_token_id" UUID;

CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_pending_resent_by_token_id_idx" ON "org_invite"("resent_by_token_id") WHERE "status" = 'PENDING';
