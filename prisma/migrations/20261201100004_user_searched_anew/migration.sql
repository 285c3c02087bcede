-- A user who gets another name or address is found by it in every org.
CREATE OR REPLACE FUNCTION "user_renamed"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "org_user"
  SET "sort_name" = sort_name_of(NEW.name), "search_text" = member_search_text(NEW.name, NEW.email)
  WHERE "user_id" = NEW.id AND (
    "sort_name" <> sort_name_of(NEW.name) OR "search_text" <> member_search_text(NEW.name, NEW.email)
  );
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER "user_renamed" AFTER UPDATE OF "name", "email" ON "user"
  FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name OR OLD.email IS DISTINCT FROM NEW.email)
  EXECUTE FUNCTION "user_renamed"();

-- Fills the column for the memberships that were there before, a thousand at a time: nobody waits longer than for those.
CREATE PROCEDURE "fill_search_texts"() LANGUAGE plpgsql AS $$
DECLARE
  last UUID := '00000000-0000-0000-0000-000000000000';
  batch UUID[];
BEGIN
  LOOP
    batch := ARRAY(SELECT "id" FROM "org_user" WHERE "id" > last ORDER BY "id" LIMIT 1000);
    EXIT WHEN cardinality(batch) = 0;
    UPDATE "org_user" SET "search_text" = member_search_text("user"."name", "user"."email") FROM "user"
    WHERE "org_user"."id" = ANY(batch) AND "user"."id" = "org_user"."user_id"
      AND "org_user"."search_text" <> member_search_text("user"."name", "user"."email");
    last := batch[cardinality(batch)];
    COMMIT;
  END LOOP;
END
$$;
