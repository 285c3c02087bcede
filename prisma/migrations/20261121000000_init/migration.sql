-- The first half is what `prisma migrate diff --from-empty` says of schema.prisma, less its CREATE SCHEMA:
-- that one asks for a right on the whole database which a managed PostgreSQL may not give.
-- The second half, from "Beyond Prisma" on, is what its language cannot say.

-- CreateEnum
CREATE TYPE "OrgRoleName" AS ENUM ('USER', 'ADMIN', 'OWNER');

-- CreateEnum
CREATE TYPE "OrgStatus" AS ENUM ('PROVISIONING', 'ACTIVE', 'DEPROVISIONING');

-- CreateEnum
CREATE TYPE "OrgTier" AS ENUM ('FREE', 'PREMIUM');

-- CreateEnum
CREATE TYPE "DataRegion" AS ENUM ('US_WEST', 'US_EAST', 'EU_WEST', 'EU_CENTRAL', 'AP_SOUTHEAST');

-- CreateEnum
CREATE TYPE "OrgInviteStatus" AS ENUM ('PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "OrgInviteDelivery" AS ENUM ('NOT_SENT', 'QUEUED', 'SENT', 'FAILED');

-- CreateEnum
CREATE TYPE "EmailDomainStatus" AS ENUM ('PENDING', 'VERIFIED');

-- CreateEnum
CREATE TYPE "OrgUserOrigin" AS ENUM ('CREATOR', 'INVITE', 'EMAIL_DOMAIN', 'DIRECT');

-- CreateEnum
CREATE TYPE "OrgEventKind" AS ENUM ('INVITE', 'USER', 'CHANGE');

-- CreateEnum
CREATE TYPE "Permission" AS ENUM ('ORG_READ', 'ORG_UPDATE', 'ORG_DELETE', 'MEMBER_READ', 'MEMBER_UPDATE_ROLES', 'MEMBER_REMOVE', 'INVITE_READ', 'INVITE_CREATE', 'INVITE_RESEND', 'INVITE_REVOKE', 'INVITE_DELETE', 'EMAIL_DOMAIN_READ', 'EMAIL_DOMAIN_MANAGE', 'EVENT_READ', 'API_TOKEN_READ', 'API_TOKEN_MANAGE', 'INVITE_RESPOND', 'INVITE_LINK', 'ORG_CREATE', 'ORG_MANAGE', 'USER_READ', 'USER_MANAGE');

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "email" TEXT,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "name" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claims_issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "inbox_seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "org" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "status" "OrgStatus" NOT NULL DEFAULT 'ACTIVE',
    "tier" "OrgTier" NOT NULL DEFAULT 'FREE',
    "data_region" "DataRegion" NOT NULL DEFAULT 'US_WEST',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,
    "event_seq" INTEGER NOT NULL DEFAULT 0,
    "member_count" INTEGER NOT NULL DEFAULT 0,
    "pending_count" INTEGER NOT NULL DEFAULT 0,
    "accepted_count" INTEGER NOT NULL DEFAULT 0,
    "declined_count" INTEGER NOT NULL DEFAULT 0,
    "revoked_count" INTEGER NOT NULL DEFAULT 0,
    "expired_count" INTEGER NOT NULL DEFAULT 0,
    "invite_day_start" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "invite_day_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "org_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "org_user" (
    "id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "roles" "OrgRoleName"[],
    "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "origin" "OrgUserOrigin" NOT NULL,
    "invite_id" UUID,

    CONSTRAINT "org_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "org_invite" (
    "id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "invited_user_id" UUID,
    "invited_by_id" UUID,
    "invited_by_token_id" UUID,
    "roles" "OrgRoleName"[],
    "status" "OrgInviteStatus" NOT NULL DEFAULT 'PENDING',
    "message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),
    "delivery" "OrgInviteDelivery" NOT NULL DEFAULT 'NOT_SENT',
    "last_sent_at" TIMESTAMPTZ(3),
    "send_count" INTEGER NOT NULL DEFAULT 0,
    "mail_number" INTEGER NOT NULL DEFAULT 0,
    "renews_id" UUID,

    CONSTRAINT "org_invite_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "org_invite_token" (
    "hash" BYTEA NOT NULL,
    "invite_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "org_invite_token_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "mail_day" (
    "email" TEXT NOT NULL,
    "start" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "mail_day_pkey" PRIMARY KEY ("email")
);

-- CreateTable
CREATE TABLE "org_event" (
    "org_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "kind" "OrgEventKind" NOT NULL,
    "type" TEXT NOT NULL,
    "actor_id" UUID,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "org_invite_id" UUID,
    "status" "OrgInviteStatus",
    "previous_status" "OrgInviteStatus",
    "user_id" UUID,
    "roles" "OrgRoleName"[],
    "previous_roles" "OrgRoleName"[],
    "summary" TEXT,
    "subject_id" UUID,
    "inbox_user_id" UUID,
    "inbox_seq" INTEGER,

    CONSTRAINT "org_event_pkey" PRIMARY KEY ("org_id","seq")
);

-- CreateTable
CREATE TABLE "org_email_domain" (
    "id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "domain" TEXT NOT NULL,
    "status" "EmailDomainStatus" NOT NULL DEFAULT 'PENDING',
    "challenge" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "org_email_domain_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "org_id" UUID,
    "name" TEXT NOT NULL,
    "permissions" "Permission"[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,
    "created_by_token_id" UUID,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "org_resource" (
    "org_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "org_resource_pkey" PRIMARY KEY ("org_id","kind")
);

-- CreateTable
CREATE TABLE "instance_key" (
    "name" TEXT NOT NULL,
    "value" BYTEA NOT NULL,

    CONSTRAINT "instance_key_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_subject_key" ON "user"("subject");

-- CreateIndex
CREATE INDEX "user_email_idx" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "org_name_key_key" ON "org"("name_key");

-- CreateIndex
CREATE INDEX "org_created_at_id_idx" ON "org"("created_at", "id");

-- CreateIndex
CREATE INDEX "org_user_org_id_joined_at_id_idx" ON "org_user"("org_id", "joined_at", "id");

-- CreateIndex
CREATE INDEX "org_user_user_id_joined_at_id_idx" ON "org_user"("user_id", "joined_at", "id");

-- CreateIndex
CREATE INDEX "org_user_invite_id_idx" ON "org_user"("invite_id");

-- CreateIndex
CREATE UNIQUE INDEX "org_user_org_id_user_id_key" ON "org_user"("org_id", "user_id");

-- CreateIndex
CREATE INDEX "org_invite_org_id_created_at_id_idx" ON "org_invite"("org_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "org_invite_org_id_status_created_at_id_idx" ON "org_invite"("org_id", "status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "org_invite_email_created_at_id_idx" ON "org_invite"("email", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "org_invite_org_id_invited_by_id_idx" ON "org_invite"("org_id", "invited_by_id");

-- CreateIndex
CREATE INDEX "org_invite_renews_id_idx" ON "org_invite"("renews_id");

-- CreateIndex
CREATE INDEX "org_invite_invited_user_id_idx" ON "org_invite"("invited_user_id");

-- CreateIndex
CREATE INDEX "org_invite_invited_by_token_id_idx" ON "org_invite"("invited_by_token_id");

-- CreateIndex
CREATE INDEX "org_invite_token_invite_id_idx" ON "org_invite_token"("invite_id");

-- CreateIndex
CREATE INDEX "org_event_org_id_org_invite_id_seq_idx" ON "org_event"("org_id", "org_invite_id", "seq");

-- CreateIndex
CREATE INDEX "org_event_actor_id_idx" ON "org_event"("actor_id");

-- CreateIndex
CREATE UNIQUE INDEX "org_event_inbox_user_id_inbox_seq_key" ON "org_event"("inbox_user_id", "inbox_seq");

-- CreateIndex
CREATE UNIQUE INDEX "org_email_domain_org_id_domain_key" ON "org_email_domain"("org_id", "domain");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token"("hash");

-- CreateIndex
CREATE INDEX "api_token_org_id_created_at_idx" ON "api_token"("org_id", "created_at");

-- CreateIndex
CREATE INDEX "api_token_created_by_id_idx" ON "api_token"("created_by_id");

-- CreateIndex
CREATE INDEX "api_token_created_by_token_id_idx" ON "api_token"("created_by_token_id");

-- AddForeignKey
ALTER TABLE "org" ADD CONSTRAINT "org_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_user" ADD CONSTRAINT "org_user_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_user" ADD CONSTRAINT "org_user_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_user" ADD CONSTRAINT "org_user_invite_id_fkey" FOREIGN KEY ("invite_id") REFERENCES "org_invite"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_invite" ADD CONSTRAINT "org_invite_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_invite" ADD CONSTRAINT "org_invite_invited_user_id_fkey" FOREIGN KEY ("invited_user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_invite" ADD CONSTRAINT "org_invite_invited_by_id_fkey" FOREIGN KEY ("invited_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_invite" ADD CONSTRAINT "org_invite_invited_by_token_id_fkey" FOREIGN KEY ("invited_by_token_id") REFERENCES "api_token"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_invite" ADD CONSTRAINT "org_invite_renews_id_fkey" FOREIGN KEY ("renews_id") REFERENCES "org_invite"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_invite_token" ADD CONSTRAINT "org_invite_token_invite_id_fkey" FOREIGN KEY ("invite_id") REFERENCES "org_invite"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_event" ADD CONSTRAINT "org_event_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_event" ADD CONSTRAINT "org_event_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_email_domain" ADD CONSTRAINT "org_email_domain_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_created_by_token_id_fkey" FOREIGN KEY ("created_by_token_id") REFERENCES "api_token"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "org_resource" ADD CONSTRAINT "org_resource_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Beyond Prisma: partial indexes and checks. Left out of schema.prisma on purpose; `migrate diff` ignores them.

-- One verified address belongs to one user; who merely claims it does not hold it.
CREATE UNIQUE INDEX "user_verified_email_key" ON "user"("email") WHERE "email_verified";

-- One open invite per org and address, however many admins ask at once.
CREATE UNIQUE INDEX "org_invite_pending_email_key" ON "org_invite"("org_id", "email") WHERE "status" = 'PENDING';

-- The sweep for expired invites reads the oldest of all orgs first, and never the resolved ones.
CREATE INDEX "org_invite_pending_expires_at_idx" ON "org_invite"("expires_at") WHERE "status" = 'PENDING';

-- What of one org's pending is past its time: taken off its counts at every read.
CREATE INDEX "org_invite_pending_org_id_expires_at_idx" ON "org_invite"("org_id", "expires_at") WHERE "status" = 'PENDING';

-- Any org may claim a domain, one holds it.
CREATE UNIQUE INDEX "org_email_domain_verified_key" ON "org_email_domain"("domain") WHERE "status" = 'VERIFIED';

-- A membership or invite without a role would mean nothing. Prisma leaves list columns nullable, and a check
-- passes on null: hence the coalesce.
ALTER TABLE "org_user" ADD CONSTRAINT "org_user_roles_check" CHECK (coalesce(cardinality("roles"), 0) > 0);
ALTER TABLE "org_invite" ADD CONSTRAINT "org_invite_roles_check" CHECK (coalesce(cardinality("roles"), 0) > 0);

-- A token that may do nothing is a mistake of its maker.
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_permissions_check" CHECK (coalesce(cardinality("permissions"), 0) > 0);

-- The counts are a fold of the org's events: below zero, an event was folded twice, and the write must not pass.
ALTER TABLE "org" ADD CONSTRAINT "org_counts_check" CHECK (
    "event_seq" >= 0
    AND "member_count" >= 0
    AND "pending_count" >= 0
    AND "accepted_count" >= 0
    AND "declined_count" >= 0
    AND "revoked_count" >= 0
    AND "expired_count" >= 0
    AND "invite_day_count" >= 0
);

-- Nothing left is no row: "owns resources" is then the existence of one.
ALTER TABLE "org_resource" ADD CONSTRAINT "org_resource_count_check" CHECK ("count" > 0);
