-- Apart from the constraint itself, so that the table is not locked while its rows are read.
ALTER TABLE "org" VALIDATE CONSTRAINT "org_suspended_count_check";
