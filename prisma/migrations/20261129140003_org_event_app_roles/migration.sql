-- Keys of a member's app roles after and before the event.
ALTER TABLE "org_event"
  ADD COLUMN "app_roles" TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN "previous_app_roles" TEXT[] NOT NULL DEFAULT '{}';
