-- The membership under which a person made a token: the token ends with it, even if the person is let in again.
ALTER TABLE "api_token" ADD COLUMN "maker_membership_id" UUID;
