-- For tokens made before the column was there. Apart from it, so that the table is not locked meanwhile.
UPDATE "api_token" SET "maker_membership_id" = "org_user"."id"
FROM "org_user"
WHERE "org_user"."org_id" = "api_token"."org_id" AND "org_user"."user_id" = "api_token"."created_by_id"
    AND "api_token"."revoked_at" IS NULL AND "api_token"."maker_membership_id" IS NULL;
