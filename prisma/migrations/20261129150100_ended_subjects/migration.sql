-- Older servers don't know the table, and no existing table is touched.
CREATE TABLE "ended_subject" (
    "hash" BYTEA NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,
    "user_id" UUID,

    CONSTRAINT "ended_subject_pkey" PRIMARY KEY ("hash")
);

CREATE INDEX "ended_subject_new_idx" ON "ended_subject"("ended_at") WHERE "user_id" IS NOT NULL;
