-- The default is for the invites that exist, and for those that older servers insert: their mails are in English.
ALTER TABLE "org_invite" ADD COLUMN "locale" TEXT NOT NULL DEFAULT 'en';
