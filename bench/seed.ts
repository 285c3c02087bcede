import type pg from 'pg'

export const ORGS = 1_000
export const USERS = 20_000
/** Members of each org: the users from number `org × 20` on, modulo USERS. The first is the owner. */
export const MEMBERS = 50
export const INVITES = 20
/** Member counts of three more orgs, which show how the cost grows with the size. */
export const GROWTH = [10, 100, 1_000] as const

/** Ids are computed from numbers, so that contestants and clients know them. `kind` differs by table. */
const idSql = (kind: string, number: string) =>
  `('00000000-0000-7000-8000-' || '${kind}' || lpad(to_hex(${number}), 10, '0'))::uuid`

export const idOf = (kind: keyof typeof kinds, number: number): string =>
  `00000000-0000-7000-8000-${kinds[kind]}${number.toString(16).padStart(10, '0')}`

const kinds = { user: 'aa', org: 'bb' } as const

export const subjectOf = (user: number): string => `bench|${user}`
export const emailOf = (user: number): string => `user${user}@people.example`

/** Seeds by SQL, which is fast. There is no history, and the counts are correct. */
export async function seed(pool: pg.Pool): Promise<void> {
  await pool.query(`
    insert into "user" (id, subject, email, email_verified, name, created_at)
    select ${idSql(kinds.user, 'n')}, 'bench|' || n, 'user' || n || '@people.example', true, 'Person ' || n,
      '2026-01-01Z'::timestamptz + n * interval '1 s'
    from generate_series(0, ${USERS - 1}) n`)
  await pool.query(`
    insert into org (id, name, name_key, tier, created_at, created_by_id, member_count, pending_count)
    select ${idSql(kinds.org, 'n')}, 'Org ' || n, 'org ' || n, 'PREMIUM',
      '2026-02-01Z'::timestamptz + n * interval '1 s', ${idSql(kinds.user, `(n * 20) % ${USERS}`)},
      ${MEMBERS}, ${INVITES}
    from generate_series(0, ${ORGS - 1}) n`)
  await pool.query(`
    insert into org_user (id, org_id, user_id, roles, joined_at, origin)
    select gen_random_uuid(), ${idSql(kinds.org, 'o')}, ${idSql(kinds.user, `(o * 20 + m) % ${USERS}`)},
      (case when m = 0 then '{USER,OWNER}' when m < 4 then '{USER,ADMIN}' else '{USER}' end)::"OrgRoleName"[],
      '2026-03-01Z'::timestamptz + (o * 100 + m) * interval '1 s', 'DIRECT'
    from generate_series(0, ${ORGS - 1}) o, generate_series(0, ${MEMBERS - 1}) m`)
  await pool.query(`
    insert into org_invite (id, org_id, email, invited_by_id, roles, created_at, expires_at)
    select gen_random_uuid(), ${idSql(kinds.org, 'o')}, 'guest' || i || '.' || o || '@guests.example',
      ${idSql(kinds.user, `(o * 20 + i % 4) % ${USERS}`)}, '{USER}',
      '2026-04-01Z'::timestamptz + (o * 100 + i) * interval '1 s', now() + interval '30 days'
    from generate_series(0, ${ORGS - 1}) o, generate_series(0, ${INVITES - 1}) i`)
  for (const [index, members] of GROWTH.entries()) {
    const org = ORGS + index
    await pool.query(`
      insert into org (id, name, name_key, tier, member_count, created_at)
      values (${idSql(kinds.org, `${org}`)}, 'Grown ${members}', 'grown ${members}', 'PREMIUM', ${members}, '2026-02-01Z')`)
    await pool.query(`
      insert into org_user (id, org_id, user_id, roles, joined_at, origin)
      select gen_random_uuid(), ${idSql(kinds.org, `${org}`)}, ${idSql(kinds.user, 'm')},
        (case when m = 0 then '{USER,OWNER}' else '{USER}' end)::"OrgRoleName"[],
        '2026-03-01Z'::timestamptz + m * interval '1 s', 'DIRECT'
      from generate_series(0, ${members - 1}) m`)
  }
  await pool.query('vacuum analyze')
}
