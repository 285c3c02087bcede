-- Keys of the member's app roles. The default is a constant, so no row is rewritten, and older servers insert none.
ALTER TABLE "org_user" ADD COLUMN "app_roles" TEXT[] NOT NULL DEFAULT '{}';
