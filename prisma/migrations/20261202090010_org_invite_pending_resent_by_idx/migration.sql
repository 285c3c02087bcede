-- What somebody has resent, for when they lose their rights. Like the next three indexes it has only few of the invites, so
-- it costs the others nothing.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_pending_resent_by_idx" ON "org_invite"("org_id", "resent_by_id")
    WHERE "status" = 'PENDING' AND "resent_by_id" IS NOT NULL;
