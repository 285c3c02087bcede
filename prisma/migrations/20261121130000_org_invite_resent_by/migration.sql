-- Whose authority a resent invite stands on, beside its inviter's.
ALTER TABLE "org_invite" ADD COLUMN "resent_by_id" UUID,
ADD COLUMN "resent_by_token_id" UUID;

-- By token alone, because a revoked token of the instance is looked for in every org.
CREATE INDEX "org_invite_pending_resent_by_token_id_idx" ON "org_invite"("resent_by_token_id") WHERE "status" = 'PENDING';
