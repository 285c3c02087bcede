-- Webhooks: addresses to which events are posted. Older servers don't know these tables, and no existing table changes.
CREATE TYPE "WebhookDeliveryStatus" AS ENUM ('PENDING', 'DELIVERED', 'FAILED');

CREATE TABLE "webhook" (
    "id" UUID NOT NULL,
    "org_id" UUID,
    "url" TEXT NOT NULL,
    "event_types" TEXT[] NOT NULL DEFAULT '{}',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabled_reason" TEXT,
    "sealed_secret" BYTEA NOT NULL,
    "previous_secret" BYTEA,
    "previous_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "webhook_disabled_reason_check" CHECK ("disabled_reason" IS NULL OR NOT "enabled"),
    CONSTRAINT "webhook_previous_check" CHECK (("previous_secret" IS NULL) = ("previous_until" IS NULL))
);
CREATE INDEX "webhook_org_id_idx" ON "webhook"("org_id");
CREATE INDEX "webhook_created_by_id_idx" ON "webhook"("created_by_id");

CREATE TABLE "webhook_filter" (
    "webhook_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "from_seq" INTEGER,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "snapshot" TEXT NOT NULL,
    "event_types" TEXT[],

    CONSTRAINT "webhook_filter_pkey" PRIMARY KEY ("webhook_id", "number"),
    CONSTRAINT "webhook_filter_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id")
        ON DELETE CASCADE ON UPDATE CASCADE
);

-- It is updated often, so its pages keep room for the next version of a row.
CREATE TABLE "webhook_place" (
    "webhook_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "owner" TEXT,
    "wake_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_place_pkey" PRIMARY KEY ("webhook_id", "org_id"),
    -- A lease always ends.
    CONSTRAINT "webhook_place_lease_check" CHECK ("owner" IS NULL OR "wake_at" IS NOT NULL),
    CONSTRAINT "webhook_place_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id")
        ON DELETE CASCADE ON UPDATE CASCADE
) WITH (fillfactor = 70);
CREATE INDEX "webhook_place_org_id_idx" ON "webhook_place"("org_id");
-- The places that wait for a time. A place without new events is in no index but those of its keys.
CREATE INDEX "webhook_place_wake_at_idx" ON "webhook_place"("wake_at") WHERE "wake_at" IS NOT NULL;

CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "message_id" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "status" "WebhookDeliveryStatus" NOT NULL,
    "attempts" INTEGER NOT NULL,
    "first_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "last_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "next_attempt_at" TIMESTAMPTZ(3),
    "response_status" INTEGER,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "webhook_delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id")
        ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "webhook_delivery_webhook_id_org_id_seq_key" ON "webhook_delivery"("webhook_id", "org_id", "seq");
CREATE INDEX "webhook_delivery_webhook_id_created_at_id_idx"
    ON "webhook_delivery"("webhook_id", "created_at" DESC, "id" DESC);
CREATE INDEX "webhook_delivery_webhook_id_status_created_at_id_idx"
    ON "webhook_delivery"("webhook_id", "status", "created_at" DESC, "id" DESC);

CREATE TABLE "webhook_request" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "delivery_id" UUID,
    "wake_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_request_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "webhook_request_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id")
        ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "webhook_request_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "webhook_delivery"("id")
        ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "webhook_request_wake_at_idx" ON "webhook_request"("wake_at");
CREATE INDEX "webhook_request_webhook_id_idx" ON "webhook_request"("webhook_id");
CREATE INDEX "webhook_request_delivery_id_idx" ON "webhook_request"("delivery_id");

ALTER TABLE "webhook" ADD CONSTRAINT "webhook_org_id_fkey"
    FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "webhook_place" ADD CONSTRAINT "webhook_place_org_id_fkey"
    FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE CASCADE ON UPDATE CASCADE;
