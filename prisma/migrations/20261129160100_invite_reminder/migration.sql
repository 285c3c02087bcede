-- Older servers leave it as it is: they remind nobody.
ALTER TABLE "org_invite" ADD COLUMN "reminded_mail" INTEGER NOT NULL DEFAULT 0;
