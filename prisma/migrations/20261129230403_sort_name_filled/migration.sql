-- The memberships that were there before.
UPDATE "org_user" SET "sort_name" = sort_name_of("user"."name") FROM "user"
WHERE "user"."id" = "org_user"."user_id" AND "org_user"."sort_name" <> sort_name_of("user"."name");
