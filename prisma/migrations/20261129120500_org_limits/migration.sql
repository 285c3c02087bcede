-- Limits of one org, which go before those of its tier. Nullable and without a default, so that no row is rewritten.
ALTER TABLE "org"
  ADD COLUMN "seat_limit" INTEGER,
  ADD COLUMN "pending_invite_limit" INTEGER;
