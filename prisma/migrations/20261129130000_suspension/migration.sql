-- Whether a member is suspended. The default is a constant, so no row is rewritten, and older servers need not name it.
CREATE TYPE "OrgUserStatus" AS ENUM ('ACTIVE', 'SUSPENDED');
ALTER TABLE "org_user" ADD COLUMN "status" "OrgUserStatus" NOT NULL DEFAULT 'ACTIVE';
