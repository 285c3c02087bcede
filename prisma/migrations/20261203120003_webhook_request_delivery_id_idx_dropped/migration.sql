-- "webhook_request_delivery_id_webhook_id_idx" begins with the same column.
DROP INDEX CONCURRENTLY IF EXISTS "webhook_request_delivery_id_idx";
