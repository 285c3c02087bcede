-- An org by the id that the host application gave it.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "org_external_id_key" ON "org"("external_id");
