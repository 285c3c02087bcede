-- A member is searched by the account's name and address, so the membership holds both as a search compares them. A column
-- with a constant default rewrites nothing: the table is locked for a moment only.
ALTER TABLE "org_user" ADD COLUMN "search_text" TEXT COLLATE "C" NOT NULL DEFAULT '';
