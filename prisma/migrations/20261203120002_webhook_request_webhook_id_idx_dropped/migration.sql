-- "webhook_request_webhook_id_wake_at_id_idx" begins with the same column.
DROP INDEX CONCURRENTLY IF EXISTS "webhook_request_webhook_id_idx";
