-- Orgs by what is written in their names, for tokens that see all of them. Their grams are those of no org, as one search is
-- among all. Not in batches: few orgs are made or renamed.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_search_idx"
    ON "org" USING gin (search_grams('00000000-0000-0000-0000-000000000000', "name_key")) WITH (fastupdate = off);
