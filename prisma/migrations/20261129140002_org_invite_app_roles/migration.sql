-- Keys of the app roles that the invite grants.
ALTER TABLE "org_invite" ADD COLUMN "app_roles" TEXT[] NOT NULL DEFAULT '{}';
