-- When the holder of an expired link last asked for a new one. Nullable and without a default, so that no row is rewritten.
alter table org_invite add column renewal_requested_at timestamptz(3);
