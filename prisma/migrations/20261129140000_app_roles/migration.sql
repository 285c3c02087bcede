-- Roles of the host application. Older servers don't know the table, and no existing table is touched.
ALTER TYPE "Permission" ADD VALUE IF NOT EXISTS 'APP_ROLE_MANAGE' BEFORE 'USER_READ';

CREATE TABLE "app_role" (
    "id" UUID NOT NULL,
    -- Sorted byte by byte, in whichever locale the database has.
    "key" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "permissions" TEXT[],
    "assignable_by" "OrgRoleName" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "app_role_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "app_role_key_key" ON "app_role"("key");
