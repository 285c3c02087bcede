-- How many of an org's members are suspended. The default is a constant, so no row is rewritten.
ALTER TABLE "org" ADD COLUMN "suspended_count" INTEGER NOT NULL DEFAULT 0;

-- As for the other counts: below zero, an event was counted twice, and the write must not pass.
ALTER TABLE "org" ADD CONSTRAINT "org_suspended_count_check" CHECK ("suspended_count" >= 0) NOT VALID;
