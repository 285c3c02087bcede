-- The filter of an org's webhook that counts for an event, however many there are.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "webhook_filter_webhook_id_from_seq_idx" ON "webhook_filter"("webhook_id", "from_seq");
