-- How often the same message of a webhook waits. A ping is the one without a delivery.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "webhook_request_delivery_id_webhook_id_idx"
    ON "webhook_request"("delivery_id", "webhook_id");
