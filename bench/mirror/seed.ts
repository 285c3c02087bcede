import type pg from 'pg'
import { idOf } from '../seed.js'

export const ORGS = 10_000
export const USERS = 50_000
export const MEMBERS = 20

const idSql = (kind: 'user' | 'org', number: string) =>
  `(left('${idOf(kind, 0)}', 26) || lpad(to_hex(${number}), 10, '0'))::uuid`

/** The user who is this member of an org, by number. */
export const memberOf = (org: number, member: number): number => (org * 7 + member * 101) % USERS

/** Every third member has an app role. */
export async function seedMirrored(pool: pg.Pool): Promise<void> {
  await pool.query(`
    insert into app_role (id, key, name, permissions, assignable_by)
    select gen_random_uuid(), key, key, array['project:read', 'project:' || key], 'ADMIN'
    from unnest('{write,audit,bill}'::text[]) key`)
  await pool.query(`
    insert into "user" (id, subject, email, email_verified)
    select ${idSql('user', 'n')}, 'bench|' || n, 'user' || n || '@people.example', true
    from generate_series(0, ${USERS - 1}) n`)
  await pool.query(`
    insert into org (id, name, name_key, slug, tier, created_at, member_count)
    select ${idSql('org', 'n')}, 'Org ' || n, 'org ' || n, 'org-' || n, 'PREMIUM',
      '2026-02-01Z'::timestamptz + n * interval '1 s', ${MEMBERS}
    from generate_series(0, ${ORGS - 1}) n`)
  await pool.query(`
    insert into org_user (id, org_id, user_id, roles, joined_at, origin, app_roles)
    select gen_random_uuid(), ${idSql('org', 'o')}, ${idSql('user', `(o * 7 + m * 101) % ${USERS}`)},
      (case when m = 0 then '{OWNER}' when m < 4 then '{USER,ADMIN}' else '{USER}' end)::"OrgRoleName"[],
      '2026-03-01Z'::timestamptz + m * interval '1 s', 'DIRECT',
      (case m % 9 when 0 then '{write}' when 3 then '{audit}' when 6 then '{bill,write}' else '{}' end)::text[]
    from generate_series(0, ${ORGS - 1}) o, generate_series(0, ${MEMBERS - 1}) m`)
  await pool.query('vacuum analyze')
}
