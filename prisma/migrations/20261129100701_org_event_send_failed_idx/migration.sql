-- For alarms: finds the mails that were given up lately among any number of events.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "org_event_send_failed_idx" ON "org_event"("occurred_at") WHERE "type" = 'SEND_FAILED';
