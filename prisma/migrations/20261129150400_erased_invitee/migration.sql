-- An invite to an account that was deleted has no address any more.
ALTER TABLE "org_invite" ALTER COLUMN "email" DROP NOT NULL;

CREATE FUNCTION "require_living_invitee"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "require_living_user"(NEW."invited_user_id");
  RETURN NEW;
END $$;

CREATE TRIGGER "org_invite_living_invitee" BEFORE INSERT ON "org_invite"
  FOR EACH ROW WHEN (NEW."invited_user_id" IS NOT NULL) EXECUTE FUNCTION "require_living_invitee"();
