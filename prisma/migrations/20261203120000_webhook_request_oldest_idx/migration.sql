-- The first and the last request of a webhook, without those in between.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "webhook_request_webhook_id_wake_at_id_idx"
    ON "webhook_request"("webhook_id", "wake_at", "id");
