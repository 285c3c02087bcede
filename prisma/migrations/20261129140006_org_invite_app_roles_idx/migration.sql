-- The pending invites that grant an app role, for its deletion and for a higher rank. Few invites are in the index.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_app_roles_idx" ON "org_invite" USING gin ("app_roles")
  WHERE "status" = 'PENDING' AND "app_roles" <> '{}';
