-- What PostGraphile serves: views on the tables, whose conditions are the permissions. Nothing is listed or found but
-- from an org that the viewer is in, from the viewer, and from what a mutation answers with.

drop schema if exists bench_graph cascade;
create schema bench_graph;

create function bench_graph.viewer_id() returns uuid language sql stable
  return current_setting('viewer.id')::uuid;

create view bench_graph.person as select id, name, email from public."user";

create view bench_graph.org as
  select id, name, status from public.org
  where exists (select from public.org_user m where m.org_id = org.id and m.user_id = bench_graph.viewer_id());

create view bench_graph.org_user as select id, org_id, user_id, roles, joined_at, invite_id from public.org_user;

-- Visible to the org's admins and to the invitee.
create view bench_graph.org_invite as
  select id, org_id, email, roles, invited_by_id, created_at, expires_at,
    case when status = 'PENDING' and expires_at <= clock_timestamp() then 'EXPIRED' else status end as status
  from public.org_invite
  where org_id in (
      select m.org_id from public.org_user m where m.user_id = bench_graph.viewer_id() and m.roles && '{ADMIN,OWNER}')
    or email = (select u.email from public."user" u where u.id = bench_graph.viewer_id() and u.email_verified);

comment on view bench_graph.person is '@primaryKey id';
comment on view bench_graph.org is '@primaryKey id';
comment on view bench_graph.org_user is '@primaryKey id
@foreignKey (org_id) references bench_graph.org (id)|@fieldName org|@foreignFieldName users
@foreignKey (user_id) references bench_graph.person (id)|@fieldName user|@backwardBehavior -*
@foreignKey (invite_id) references bench_graph.org_invite (id)|@fieldName invite|@backwardBehavior -*';
comment on view bench_graph.org_invite is '@primaryKey id
@foreignKey (org_id) references bench_graph.org (id)|@fieldName org|@foreignFieldName invites
@foreignKey (invited_by_id) references bench_graph.person (id)|@fieldName invitedBy|@backwardBehavior -*';

create function bench_graph.viewer() returns bench_graph.person language sql stable
  begin atomic select * from bench_graph.person where id = bench_graph.viewer_id(); end;
comment on function bench_graph.viewer_id() is '@behavior -queryField';

create function bench_graph.create_org_invite(org_id uuid, email text) returns bench_graph.org_invite
  language sql volatile as $$
    select i.id, i.org_id, i.email, i.roles, i.invited_by_id, i.created_at, i.expires_at, i.status
    from bench_invite(org_id, bench_graph.viewer_id(), email) i
  $$;

create function bench_graph.accept_org_invite(invite_id uuid) returns bench_graph.org_user
  language sql volatile as $$
    select (a.member).id, (a.member).org_id, (a.member).user_id, (a.member).roles, (a.member).joined_at, invite_id
    from bench_accept(invite_id, bench_graph.viewer_id()) a
  $$;
