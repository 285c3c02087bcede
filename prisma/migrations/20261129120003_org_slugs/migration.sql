-- A slug for each org that was there before, the oldest first. What takes long is done before the lock. The lock keeps
-- others from taking a slug meanwhile, and from locking an org that this waits for; reads go on. An org that is inserted
-- by now has a slug, so none is missed.
DO $$
DECLARE
  unnamed RECORD;
BEGIN
  CREATE TEMPORARY TABLE "new_slug" ON COMMIT DROP AS
  SELECT "id", "slug", row_number() OVER (PARTITION BY "slug" ORDER BY "created_at", "id")::INT AS "number"
  FROM (SELECT "id", "created_at", slug_of("name") AS "slug" FROM "org" WHERE "slug" IS NULL OFFSET 0) AS "unnamed";
  ANALYZE "new_slug";

  LOCK TABLE "org" IN EXCLUSIVE MODE;

  UPDATE "org" SET "slug" = "new_slug"."slug" FROM "new_slug"
  WHERE "org"."id" = "new_slug"."id" AND "new_slug"."number" = 1
    AND NOT EXISTS (SELECT 1 FROM "org" AS "other" WHERE "other"."slug" = "new_slug"."slug");

  -- A number needs room, so long slugs lose their end. Then two may become the same: those are left to the loop.
  UPDATE "org" SET "slug" = numbered_slug("new_slug"."slug", "number") FROM "new_slug"
  WHERE "org"."id" = "new_slug"."id" AND "org"."slug" IS NULL AND length("new_slug"."slug") <= 50 AND "number" > 1
    AND NOT EXISTS (
      SELECT 1 FROM "org" AS "other" WHERE "other"."slug" = numbered_slug("new_slug"."slug", "number")
    );

  FOR unnamed IN
    SELECT "org"."id", "new_slug"."slug" FROM "org" JOIN "new_slug" USING ("id")
    WHERE "org"."slug" IS NULL ORDER BY "number", "org"."created_at", "org"."id"
  LOOP
    UPDATE "org" SET "slug" = free_slug(unnamed.slug) WHERE "id" = unnamed.id;
  END LOOP;
END
$$;
