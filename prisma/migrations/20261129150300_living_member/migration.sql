-- A foreign key would accept a deleted account, whose row stays. So this trigger refuses it as a foreign key refuses a row
-- that is missing, and locks the row in the same way: it waits for a deletion that is going on.
CREATE FUNCTION "require_living_member"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "user" WHERE "id" = NEW."user_id" AND "deleted_at" IS NULL FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the user % is deleted', NEW."user_id"
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'living_user';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "org_user_living_member" BEFORE INSERT ON "org_user"
  FOR EACH ROW EXECUTE FUNCTION "require_living_member"();
