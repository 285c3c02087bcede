-- Who may join an org by an e-mail domain. The default is what domains meant before. It is a constant, so no row is
-- rewritten, and older servers need not name it.
CREATE TYPE "EmailDomainJoinMode" AS ENUM ('AUTO', 'REQUEST', 'OFF');
ALTER TABLE "org_email_domain" ADD COLUMN "join_mode" "EmailDomainJoinMode" NOT NULL DEFAULT 'AUTO';
