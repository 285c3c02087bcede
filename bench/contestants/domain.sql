-- Database functions for the writes of `floor` and PostGraphile. One call does everything that the rules require: the
-- org's lock, the check of the actor's role and of the state under the lock, the write, the event and the inbox.

create or replace function bench_record(
  of_org uuid, of_kind "OrgEventKind", of_type text, of_actor uuid, of_invite uuid, of_status "OrgInviteStatus",
  of_previous "OrgInviteStatus", of_user uuid, of_roles "OrgRoleName"[], to_inbox uuid
) returns void language plpgsql as $$
declare
  numbered int;
  inbox_number int;
begin
  update org set
    event_seq = event_seq + 1,
    pending_count = pending_count + case of_type when 'CREATED' then 1 when 'ACCEPTED' then -1 else 0 end,
    accepted_count = accepted_count + case of_type when 'ACCEPTED' then 1 else 0 end,
    member_count = member_count + case of_type when 'JOINED' then 1 else 0 end,
    invite_day_count = invite_day_count + case of_type when 'CREATED' then 1 else 0 end
  where id = of_org returning event_seq into numbered;
  if to_inbox is not null then
    update "user" set inbox_seq = inbox_seq + 1 where id = to_inbox returning inbox_seq into inbox_number;
  end if;
  insert into org_event (org_id, seq, kind, type, actor_id, occurred_at, org_invite_id, status, previous_status,
    user_id, roles, previous_roles, inbox_user_id, inbox_seq)
  values (of_org, numbered, of_kind, of_type, of_actor, clock_timestamp(), of_invite, of_status, of_previous,
    of_user, of_roles, '{}', to_inbox, inbox_number);
end $$;

create or replace function bench_invite(of_org uuid, actor uuid, address text) returns org_invite language plpgsql as $$
declare
  org_row org;
  invite org_invite;
  inbox uuid;
begin
  select * into org_row from org where id = of_org for no key update;
  if not exists (select from org_user where org_id = of_org and user_id = actor and roles && '{ADMIN,OWNER}') then
    raise 'not permitted';
  end if;
  if org_row.status <> 'ACTIVE' or org_row.pending_count >= 10000 then raise 'no room'; end if;
  select id into inbox from "user" where email = address and email_verified;
  if exists (select from "user" u join org_user m on m.user_id = u.id and m.org_id = of_org where u.email = address)
    then raise 'a member already'; end if;
  if exists (select from org_invite where org_id = of_org and email = address and status = 'PENDING')
    then raise 'invited already'; end if;
  insert into org_invite (id, org_id, email, invited_by_id, roles, expires_at)
  values (gen_random_uuid(), of_org, address, actor, '{USER}', clock_timestamp() + interval '7 days')
  returning * into invite;
  perform bench_record(of_org, 'INVITE', 'CREATED', actor, invite.id, 'PENDING', null, null, invite.roles, inbox);
  return invite;
end $$;

create or replace function bench_accept(
  of_invite uuid, actor uuid, out invite org_invite, out member org_user, out person "user"
) language plpgsql as $$
declare
  of_org uuid;
  org_row org;
begin
  select * into person from "user" where id = actor;
  select org_id into of_org from org_invite where id = of_invite;
  select * into org_row from org where id = of_org for no key update;
  select * into invite from org_invite where id = of_invite;
  if invite.email is distinct from person.email or not person.email_verified then raise 'not yours'; end if;
  if org_row.status <> 'ACTIVE' or org_row.member_count >= 10000 then raise 'no room'; end if;
  if invite.status <> 'PENDING' or invite.expires_at <= clock_timestamp() then raise 'too late'; end if;
  if exists (select from org_user where org_id = of_org and user_id = actor) then raise 'a member already'; end if;
  update org_invite set status = 'ACCEPTED', resolved_at = clock_timestamp() where id = of_invite returning * into invite;
  insert into org_user (id, org_id, user_id, roles, origin, invite_id)
  values (gen_random_uuid(), of_org, actor, invite.roles, 'INVITE', of_invite) returning * into member;
  perform bench_record(of_org, 'INVITE', 'ACCEPTED', actor, of_invite, 'ACCEPTED', 'PENDING', actor, invite.roles, actor);
  perform bench_record(of_org, 'USER', 'JOINED', actor, null, null, null, actor, member.roles, null);
end $$;
