-- Requests to join an org. Older servers don't know the tables, and no existing table changes.
CREATE TYPE "OrgJoinRequestStatus" AS ENUM ('PENDING', 'APPROVED', 'DECLINED', 'WITHDRAWN');

CREATE TABLE "org_join_request" (
    "id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "message" TEXT,
    "status" "OrgJoinRequestStatus" NOT NULL DEFAULT 'PENDING',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_by_id" UUID,

    CONSTRAINT "org_join_request_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "org_join_request_resolved_check" CHECK (("status" = 'PENDING') = ("resolved_at" IS NULL))
);

-- The list of an org, all or of one status, and the list of a person.
CREATE INDEX "org_join_request_org_id_created_at_id_idx" ON "org_join_request"("org_id", "created_at" DESC, "id" DESC);
CREATE INDEX "org_join_request_org_id_status_created_at_id_idx" ON "org_join_request"("org_id", "status", "created_at" DESC, "id" DESC);
CREATE INDEX "org_join_request_user_id_created_at_id_idx" ON "org_join_request"("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "org_join_request_resolved_by_id_idx" ON "org_join_request"("resolved_by_id");

-- One pending request of a person and org, whatever goes wrong elsewhere.
CREATE UNIQUE INDEX "org_join_request_pending_key" ON "org_join_request"("org_id", "user_id") WHERE "status" = 'PENDING';

-- Whether a person was declined by an org not long ago.
CREATE INDEX "org_join_request_declined_idx" ON "org_join_request"("org_id", "user_id", "resolved_at") WHERE "status" = 'DECLINED';

ALTER TABLE "org_join_request" ADD CONSTRAINT "org_join_request_org_id_fkey"
    FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- How many requests a person made today. It has no foreign key, as the other tables of days.
CREATE TABLE "user_join_request_day" (
    "user_id" UUID NOT NULL,
    "start" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "user_join_request_day_pkey" PRIMARY KEY ("user_id")
);
