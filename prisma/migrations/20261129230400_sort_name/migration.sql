-- Members are listed by name from an index of the membership, so the membership holds what the name is sorted by. A column
-- with a constant default rewrites nothing: the table is locked for a moment only. The order is that of the bytes, so it
-- is the same with every locale, and an update of the locale's rules can't damage the index.
ALTER TABLE "org_user" ADD COLUMN "sort_name" TEXT COLLATE "C" NOT NULL DEFAULT '';
-- cspell:ignore NFKD lodhit łøđħıŧ

-- A name without case and accents: "Ä" is sorted as "a". Letters that are no letter and an accent to
-- Unicode are translated one by one.
CREATE FUNCTION "sort_name_of"("name" TEXT) RETURNS TEXT
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(
  trim(BOTH FROM replace(replace(replace(
    translate(
      regexp_replace(lower(normalize(coalesce(name, ''), NFKD)), '[\u0300-\u036f]', '', 'g'), 'łøđħıŧ', 'lodhit'
    ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')),
  100
);
