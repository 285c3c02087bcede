-- An org by its slug. Built before the slugs of existing orgs are made, so that no two get the same.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "org_slug_key" ON "org"("slug");
