-- How many orgs a person founded within the day that began with the first of them.
ALTER TABLE "user" ADD COLUMN "org_day_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "org_day_start" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
