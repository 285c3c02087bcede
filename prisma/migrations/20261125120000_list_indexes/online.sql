-- The same indexes as in migration.sql, beside a server that reads and writes. What each is for stands there.

CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_list_idx" ON "org_invite"("org_id", "created_at" DESC, "id" DESC, "email", "status", "expires_at", "invited_by_id", "invited_user_id");
DROP INDEX CONCURRENTLY IF EXISTS "org_invite_org_id_created_at_id_idx";

CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_by_status_idx" ON "org_invite"("org_id", "status", "created_at" DESC, "id" DESC, "expires_at");
DROP INDEX CONCURRENTLY IF EXISTS "org_invite_org_id_status_created_at_id_idx";

CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_by_inviter_idx" ON "org_invite"("org_id", "invited_by_id", "status", "created_at" DESC, "id" DESC, "expires_at");
DROP INDEX CONCURRENTLY IF EXISTS "org_invite_org_id_invited_by_id_idx";

CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_user_list_idx" ON "org_user"("org_id", "joined_at", "id", "user_id", "roles");
DROP INDEX CONCURRENTLY IF EXISTS "org_user_org_id_joined_at_id_idx";

-- This one takes the name of the one that it replaces.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_pending_expiry_new_idx" ON "org_invite"("org_id", "expires_at")
    INCLUDE ("created_at", "id", "invited_by_id") WHERE "status" = 'PENDING';
DROP INDEX CONCURRENTLY IF EXISTS "org_invite_pending_org_id_expires_at_idx";
ALTER INDEX "org_invite_pending_expiry_new_idx" RENAME TO "org_invite_pending_org_id_expires_at_idx";

CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_user_above_user_idx" ON "org_user"("org_id", "joined_at", "id")
    INCLUDE ("user_id", "roles") WHERE "roles" && '{ADMIN,OWNER}';
