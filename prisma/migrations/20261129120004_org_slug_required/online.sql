-- The same as in migration.sql. PostgreSQL believes the check that was validated, so nobody waits while it reads the table.
ALTER TABLE "org" DROP CONSTRAINT IF EXISTS "org_slug_present";
ALTER TABLE "org" ADD CONSTRAINT "org_slug_present" CHECK ("slug" IS NOT NULL) NOT VALID;
ALTER TABLE "org" VALIDATE CONSTRAINT "org_slug_present";
ALTER TABLE "org" ALTER COLUMN "slug" SET NOT NULL;
ALTER TABLE "org" DROP CONSTRAINT IF EXISTS "org_slug_present";
