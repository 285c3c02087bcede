-- The events of all orgs in one order. Events from now on get a number.
CREATE TABLE "instance_event" (
    "number" BIGINT NOT NULL,
    "org_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "instance_event_pkey" PRIMARY KEY ("number")
);
CREATE UNIQUE INDEX "instance_event_org_id_seq_key" ON "instance_event"("org_id", "seq");

CREATE TABLE "instance_log" (
    "id" INTEGER NOT NULL,
    "number" BIGINT NOT NULL,
    "next_transaction" BIGINT NOT NULL,
    "running" BIGINT[],

    CONSTRAINT "instance_log_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "instance_log_id_check" CHECK ("id" = 1)
);
INSERT INTO "instance_log" ("id", "number", "next_transaction", "running")
SELECT 1, 0, pg_snapshot_xmax(now)::text::bigint, ARRAY(SELECT id::text::bigint FROM pg_snapshot_xip(now) AS id)
FROM pg_current_snapshot() AS now;

CREATE TABLE "deleted_org" (
    "org_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "transaction_id" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,

    CONSTRAINT "deleted_org_pkey" PRIMARY KEY ("org_id")
);
CREATE INDEX "deleted_org_transaction_id_idx" ON "deleted_org"("transaction_id");

-- The end of an org. A trigger writes it, so that it is also written when an older server deletes the org.
CREATE FUNCTION "record_deleted_org"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "deleted_org" ("org_id", "seq") VALUES (OLD."id", OLD."event_seq" + 1) ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER "org_deleted" AFTER DELETE ON "org" FOR EACH ROW EXECUTE FUNCTION "record_deleted_org"();
