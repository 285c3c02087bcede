-- A foreign key would accept a deleted account, whose row stays. So these functions refuse it as a foreign key refuses a
-- row that is missing, and lock the row in the same way: they wait for a deletion that is going on.
CREATE FUNCTION "require_living_user"(user_id UUID) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "user" WHERE "id" = user_id AND "deleted_at" IS NULL FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the user % is deleted', user_id USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'living_user';
  END IF;
END $$;

CREATE FUNCTION "require_living_member"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "require_living_user"(NEW."user_id");
  RETURN NEW;
END $$;

CREATE TRIGGER "org_user_living_member" BEFORE INSERT ON "org_user"
  FOR EACH ROW EXECUTE FUNCTION "require_living_member"();
