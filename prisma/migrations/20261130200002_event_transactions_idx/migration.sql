-- New entries are always its last ones.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_event_transaction_id_idx" ON "org_event"("transaction_id")
    WHERE "transaction_id" IS NOT NULL;
