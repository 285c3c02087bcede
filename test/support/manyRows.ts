import type { Pool } from 'pg'
import { countOrgs } from './countOrgs.js'

/** Letters of many alphabets, and names that differ only in accents and case. */
const names = [
  'Škvorecký',
  'skvor',
  'SPÄRCK',
  'Sparck',
  'Łukasz',
  'lukas',
  'Æsir',
  'Élodie',
  'elodie',
  'Zoë',
  'Ødegård',
  'Übelacker',
  'Ada',
  'Ben',
  'Cleo',
  'Dora',
  'Eli',
  'Flo',
  'Grace',
  'Hugo',
  'Ida',
  'José',
  'Kofi',
  'Mei',
  'Noor',
  'Otto',
  'Piotr',
]

/**
 * Inserts members and invites into an org, by SQL: thousands take a second. Among the members are nameless ones, admins and
 * suspended ones; among the invites all statuses, and some that are past their time and not yet marked.
 */
export async function fillOrg(pool: Pool, orgId: string, members: number, invites: number): Promise<void> {
  await pool.query(
    `insert into "user" (id, subject, email, email_verified, name)
     select gen_random_uuid(), 'many|' || $1 || '|' || n, 'many' || n || '@' || $1 || '.example', true,
       case when n % 500 = 7 then null else ($3::text[])[1 + n % $4] || ' ' || n end
     from generate_series(1, $2::int) n`,
    [orgId, members, names, names.length],
  )
  await pool.query(
    `insert into org_user (id, org_id, user_id, roles, joined_at, origin, status)
     select gen_random_uuid(), $1::uuid, id,
       (case when n % 1000 = 5 then '{USER,OWNER}' when n % 200 = 3 then '{ADMIN}' else '{USER}' end)::"OrgRoleName"[],
       now() - n % 3000 * interval '1 minute', 'DIRECT',
       (case when n % 100 = 9 then 'SUSPENDED' else 'ACTIVE' end)::"OrgUserStatus"
     from (select id, split_part(subject, '|', 3)::int as n from "user" where subject like 'many|' || $1::text || '|%') u`,
    [orgId],
  )
  await pool.query(
    `insert into org_invite (id, org_id, email, roles, status, created_at, expires_at, resolved_at)
     select gen_random_uuid(), $1::uuid, 'invitee' || n || '@' || $1::uuid::text || '.example', '{USER}',
       (array['PENDING','ACCEPTED','DECLINED','REVOKED','EXPIRED'])[1 + n % 5]::"OrgInviteStatus",
       now() - n % 700 * interval '1 minute',
       now() + (case when n % 25 = 0 then -1 else 1 + n % 13 end) * interval '1 day',
       case when n % 5 > 0 then now() end
     from generate_series(1, $2::int) n`,
    [orgId, invites],
  )
  await countOrgs(pool)
  await pool.query('analyze "user", org_user, org_invite')
}
