-- Invites by what is written in their addresses.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_invite_search_idx"
    ON "org_invite" USING gin (search_grams("org_id", address_search_text("email"))) WITH (gin_pending_list_limit = 512);
