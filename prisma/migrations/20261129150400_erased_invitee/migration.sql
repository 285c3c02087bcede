-- An invite to an account that was deleted has no address any more.
ALTER TABLE "org_invite" ALTER COLUMN "email" DROP NOT NULL;

-- As for members.
CREATE FUNCTION "require_living_invitee"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "user" WHERE "id" = NEW."invited_user_id" AND "deleted_at" IS NULL FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the user % is deleted', NEW."invited_user_id"
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'living_user';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "org_invite_living_invitee" BEFORE INSERT ON "org_invite"
  FOR EACH ROW WHEN (NEW."invited_user_id" IS NOT NULL) EXECUTE FUNCTION "require_living_invitee"();
