-- The members who have an app role, for its deletion. Members without app roles are not in the index.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_user_app_roles_idx" ON "org_user" USING gin ("app_roles")
  WHERE "app_roles" <> '{}';
