-- An org's members with app roles, in the order of the list.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_user_with_app_roles_idx" ON "org_user"("org_id", "joined_at", "id")
  WHERE "app_roles" <> '{}';
