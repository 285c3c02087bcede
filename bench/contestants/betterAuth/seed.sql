-- The same accounts, orgs, members and pending invites, and a session for each account.

insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
select id::text, name, email, email_verified, created_at, created_at from public."user";

insert into session (id, "userId", token, "expiresAt", "createdAt", "updatedAt")
select id::text, id::text, 'session of ' || subject, now() + interval '7 days', now(), now() from public."user";

insert into organization (id, name, slug, "createdAt")
select id::text, name, id::text, created_at from public.org;

insert into member (id, "organizationId", "userId", role, "createdAt")
select id::text, org_id::text, user_id::text,
  case when 'OWNER' = any(roles) then 'owner' when 'ADMIN' = any(roles) then 'admin' else 'member' end, joined_at
from public.org_user;

insert into invitation (id, "organizationId", email, role, status, "expiresAt", "createdAt", "inviterId")
select id::text, org_id::text, email, 'member', 'pending', expires_at, created_at, invited_by_id::text
from public.org_invite where status = 'PENDING';

analyze;
