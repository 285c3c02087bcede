-- A column with a constant default rewrites nothing: the table is locked for a moment only.
ALTER TABLE "mail_day" ADD COLUMN "by_org" JSONB NOT NULL DEFAULT '{}';

CREATE TABLE "user_mail_day" (
    "user_id" UUID NOT NULL,
    "start" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "user_mail_day_pkey" PRIMARY KEY ("user_id")
);
