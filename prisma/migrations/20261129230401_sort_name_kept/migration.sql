-- Every membership that is made from now on, by servers of the old version too, gets the name of its user. The user's row
-- is locked, so that a name that is changed at the same moment isn't missed.
CREATE FUNCTION "org_user_sort_name"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  NEW.sort_name := coalesce(
    (SELECT sort_name_of("user"."name") FROM "user" WHERE "user"."id" = NEW.user_id FOR NO KEY UPDATE), ''
  );
  RETURN NEW;
END
$$;

CREATE TRIGGER "org_user_sort_name" BEFORE INSERT ON "org_user"
  FOR EACH ROW EXECUTE FUNCTION "org_user_sort_name"();
