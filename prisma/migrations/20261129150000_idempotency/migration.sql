-- Older servers don't know the table, and no existing table is touched.
CREATE TABLE "idempotency_key" (
    "id" BYTEA NOT NULL,
    "input" BYTEA NOT NULL,
    "result" JSONB,
    "used_at" TIMESTAMPTZ(3) NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "idempotency_key_used_at_idx" ON "idempotency_key"("used_at");
