-- Members by what is written in their names and addresses. New rows are put in in batches of half a megabyte: this costs a
-- write a fraction of what one by one would, and a search looks through the last batch in about a millisecond.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_user_search_idx"
    ON "org_user" USING gin (search_grams("org_id", "search_text")) WITH (gin_pending_list_limit = 512);
