import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { idOf } from '../seed.js'
import { globalId } from '../workloads.js'
import type { Watching } from './watchers.js'

/** The number of members of the watched org. All are admins; the first is the owner. */
export const WATCHED = 5_000
const org = 2_000
export const orgUuid = idOf('org', org)
export const orgId = globalId('Org', orgUuid)

export const query = `subscription Watch($org: ID!) {
  orgInviteEvents(orgId: $org) {
    seq inviteEventType status roles occurredAt
    orgInvite { id email status expiresAt }
    actor { id name }
  }
}`

/** Subscribers of the one org, each with a socket of its own. */
export const watchingOne = (count: number): Watching[] =>
  Array.from({ length: count }, (_, user) => ({ user, variables: { org: orgId } }))

/** Subscribers of different orgs: the owner of each. */
export const watchingEach = (count: number): Watching[] =>
  Array.from({ length: count }, (_, n) => ({
    user: n * 20,
    variables: { org: globalId('Org', idOf('org', n)) },
  }))

/** Writes events like another server: rows, then a NOTIFY hint. */
export interface OtherServer extends AsyncDisposable {
  write(events: number): Promise<void>
}

export async function seedWatched(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(`
    insert into org (id, name, name_key, tier, created_at, member_count)
    values ('${orgUuid}', 'Watched', 'watched', 'PREMIUM', '2026-02-01Z', ${WATCHED})`)
  await client.query(`
    insert into org_user (id, org_id, user_id, roles, joined_at, origin)
    select gen_random_uuid(), '${orgUuid}', ('00000000-0000-7000-8000-aa' || lpad(to_hex(n), 10, '0'))::uuid,
      (case when n = 0 then '{USER,ADMIN,OWNER}' else '{USER,ADMIN}' end)::"OrgRoleName"[],
      '2026-03-01Z'::timestamptz + n * interval '1 s', 'DIRECT'
    from generate_series(0, ${WATCHED - 1}) n`)
  await client.query('vacuum analyze org_user')
  await client.end()
}

export async function otherServer(databaseUrl: string): Promise<OtherServer> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('set synchronous_commit = off')
  const self = randomUUID()
  const { rows } = await client.query(
    'select id from org_invite where org_id = $1 order by created_at desc limit 1',
    [orgUuid],
  )
  const invite = rows[0]?.id
  return {
    async write(events) {
      await client.query(
        `with org as (
           update org set event_seq = event_seq + $2 where id = $1 returning event_seq - $2 as before
         )
         insert into org_event (org_id, seq, kind, type, actor_id, occurred_at, org_invite_id, status, roles)
         select $1, before + n, 'INVITE', 'RESENT', $3, now(), $4, 'PENDING', '{USER}'
         from org, generate_series(1, $2) n`,
        [orgUuid, events, idOf('user', 0), invite],
      )
      await client.query('select pg_notify($1, $2)', ['guildhall_events', `${self} o${orgUuid}`])
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}
