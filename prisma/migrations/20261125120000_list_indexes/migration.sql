-- Each filter of a list by an index in the list's own order: a page costs its rows, however big the org is. Behind
-- the columns that order it stand those that a search or a count looks at, so that it looks through the index alone.

-- An org's invites, and the walk of a search through them.
DROP INDEX "org_invite_org_id_created_at_id_idx";
CREATE INDEX "org_invite_list_idx" ON "org_invite"("org_id", "created_at" DESC, "id" DESC, "email", "status", "expires_at", "invited_by_id", "invited_user_id");

-- Those of one status, as of now.
DROP INDEX "org_invite_org_id_status_created_at_id_idx";
CREATE INDEX "org_invite_by_status_idx" ON "org_invite"("org_id", "status", "created_at" DESC, "id" DESC, "expires_at");

-- Those of one inviter, each status in order: what is asked for is merged of them.
DROP INDEX "org_invite_org_id_invited_by_id_idx";
CREATE INDEX "org_invite_by_inviter_idx" ON "org_invite"("org_id", "invited_by_id", "status", "created_at" DESC, "id" DESC, "expires_at");

-- An org's members, and the walk of a search through them.
DROP INDEX "org_user_org_id_joined_at_id_idx";
CREATE INDEX "org_user_list_idx" ON "org_user"("org_id", "joined_at", "id", "user_id", "roles");

-- Beyond Prisma: partial indexes.

-- What of one org's pending is past its time: taken off its counts at every read, and listed as EXPIRED.
DROP INDEX "org_invite_pending_org_id_expires_at_idx";
CREATE INDEX "org_invite_pending_org_id_expires_at_idx" ON "org_invite"("org_id", "expires_at")
    INCLUDE ("created_at", "id", "invited_by_id") WHERE "status" = 'PENDING';

-- The few admins and owners among many members.
CREATE INDEX "org_user_above_user_idx" ON "org_user"("org_id", "joined_at", "id")
    INCLUDE ("user_id", "roles") WHERE "roles" && '{ADMIN,OWNER}';
