-- The API token behind an event. Nullable and without a default, so that no row is rewritten. Without a foreign key,
-- so that events cost no more to write, and deleting a token reads no events.
ALTER TABLE "org_event" ADD COLUMN "actor_token_id" UUID;
