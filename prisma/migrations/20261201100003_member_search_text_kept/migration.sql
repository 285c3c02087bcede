-- Every membership that is made from now on, by servers of the old version too, gets the name and the address of its user, by
-- the statement that already reads the name to sort by.
CREATE OR REPLACE FUNCTION "org_user_sort_name"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  SELECT sort_name_of("user"."name"), member_search_text("user"."name", "user"."email")
  INTO NEW.sort_name, NEW.search_text
  FROM "user" WHERE "user"."id" = NEW.user_id FOR NO KEY UPDATE;
  NEW.sort_name := coalesce(NEW.sort_name, '');
  NEW.search_text := coalesce(NEW.search_text, '');
  RETURN NEW;
END
$$;
