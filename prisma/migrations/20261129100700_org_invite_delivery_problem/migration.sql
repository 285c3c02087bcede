-- Why the last mail of an invite failed, as a class. Nullable and without a default, so that no row is rewritten.
alter table org_invite add column delivery_problem text;
