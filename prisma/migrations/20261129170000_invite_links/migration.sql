-- Links by which many can join an org. Older servers don't know the table, and no existing table changes.
CREATE TABLE "org_invite_link" (
    "id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "roles" "OrgRoleName"[],
    "app_roles" TEXT[] NOT NULL DEFAULT '{}',
    "email_domains" TEXT[] NOT NULL DEFAULT '{}',
    "max_uses" INTEGER,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "used_up" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,
    "created_by_token_id" UUID,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "org_invite_link_pkey" PRIMARY KEY ("id"),
    -- Never an OWNER, and never without a role.
    CONSTRAINT "org_invite_link_roles_check" CHECK (coalesce(cardinality("roles"), 0) > 0 AND NOT 'OWNER' = ANY ("roles")),
    -- Nobody joins by a link that is used up, whatever goes wrong elsewhere.
    CONSTRAINT "org_invite_link_uses_check" CHECK ("uses" >= 0 AND ("max_uses" IS NULL OR "uses" <= "max_uses")),
    CONSTRAINT "org_invite_link_used_up_check" CHECK ("used_up" = ("max_uses" IS NOT NULL AND "uses" >= "max_uses"))
);

CREATE UNIQUE INDEX "org_invite_link_hash_key" ON "org_invite_link"("hash");
CREATE INDEX "org_invite_link_org_id_created_at_id_idx" ON "org_invite_link"("org_id", "created_at" DESC, "id" DESC);
CREATE INDEX "org_invite_link_created_by_id_idx" ON "org_invite_link"("created_by_id");

-- The links of an org that are open. An ended link leaves it, or has an old "expires_at".
CREATE INDEX "org_invite_link_open_idx" ON "org_invite_link"("org_id", "expires_at")
    WHERE "revoked_at" IS NULL AND NOT "used_up";

-- The open links that an API token made, for its revocation.
CREATE INDEX "org_invite_link_by_token_idx" ON "org_invite_link"("created_by_token_id")
    WHERE "revoked_at" IS NULL AND NOT "used_up" AND "created_by_token_id" IS NOT NULL;

-- The open links that grant an app role, for its deletion and for a higher rank.
CREATE INDEX "org_invite_link_app_roles_idx" ON "org_invite_link" USING gin ("app_roles")
    WHERE "revoked_at" IS NULL AND NOT "used_up" AND "app_roles" <> '{}';

ALTER TABLE "org_invite_link" ADD CONSTRAINT "org_invite_link_org_id_fkey"
    FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE CASCADE ON UPDATE CASCADE;
