-- The memberships that were there before.
UPDATE "org_user" SET "search_text" = member_search_text("user"."name", "user"."email") FROM "user"
WHERE "user"."id" = "org_user"."user_id"
  AND "org_user"."search_text" <> member_search_text("user"."name", "user"."email");
