-- Which transaction wrote an event. The column and its default are added apart, so that no row is rewritten: the events of
-- before stay null. The default also counts for older servers, which don't know the column.
ALTER TABLE "org_event" ADD COLUMN "transaction_id" BIGINT;
ALTER TABLE "org_event" ALTER COLUMN "transaction_id" SET DEFAULT ((pg_current_xact_id())::text)::bigint;
