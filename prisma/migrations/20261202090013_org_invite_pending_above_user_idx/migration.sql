-- What grants more than USER, for when an owner becomes an admin.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_pending_above_user_idx" ON "org_invite"("org_id", "invited_by_id")
    WHERE "status" = 'PENDING' AND ("roles" && '{ADMIN,OWNER}' OR "app_roles" <> '{}');
