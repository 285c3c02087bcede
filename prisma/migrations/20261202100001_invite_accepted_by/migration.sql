-- Who accepted an invite. Nullable and without a default, so that no row is rewritten.
ALTER TABLE "org_invite" ADD COLUMN "accepted_by_id" UUID;
