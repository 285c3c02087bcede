import type { Pool } from 'pg'
import { uuidOf } from './orgSnapshot.js'

export interface InvitesToInsert {
  count: number
  expiresAt: Date
  /** Addresses are `{prefix}{number}@load.example`. */
  prefix?: string
}

/**
 * Inserts many invites at once. One statement writes the rows, their CREATED events and the org's
 * counters, with the same result as the operation.
 */
export async function insertInvites(
  pool: Pool,
  orgId: string,
  { count, expiresAt, prefix = 'guest' }: InvitesToInsert,
): Promise<void> {
  await pool.query(
    `with
      place as (
        update org set event_seq = event_seq + $2, pending_count = pending_count + $2 where id = $1
        returning id, event_seq - $2 as before
      ),
      invite as (
        insert into org_invite (id, org_id, email, roles, created_at, expires_at)
        select gen_random_uuid(), place.id, $4 || number || '@load.example', '{USER}',
          date_trunc('milliseconds', clock_timestamp()), $3
        from place, generate_series(1, $2) number
        returning id, org_id, created_at
      )
    insert into org_event (org_id, seq, kind, type, occurred_at, org_invite_id, status, roles, previous_roles)
    select org_id, place.before + row_number() over (order by invite.id), 'INVITE', 'CREATED',
      max(invite.created_at) over (), invite.id, 'PENDING', '{USER}', '{}'
    from invite, place`,
    [uuidOf(orgId), count, expiresAt, prefix],
  )
}

/** Inserts orgs without members, each with one invite. Returns their global ids. */
export async function insertOrgs(pool: Pool, count: number, expiresAt: Date): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `with
      org as (
        insert into org (id, name, name_key, event_seq, pending_count)
        select uuid, uuid, uuid, 1, 1 from (select gen_random_uuid() as uuid from generate_series(1, $1)) made
        returning id
      ),
      invite as (
        insert into org_invite (id, org_id, email, roles, expires_at)
        select gen_random_uuid(), id, 'guest@load.example', '{USER}', $2 from org
        returning id, org_id, created_at
      )
    insert into org_event (org_id, seq, kind, type, occurred_at, org_invite_id, status, roles, previous_roles)
    select org_id, 1, 'INVITE', 'CREATED', created_at, id, 'PENDING', '{USER}', '{}' from invite
    returning org_id as id`,
    [count, expiresAt],
  )
  return rows.map(({ id }) => Buffer.from(`Org:${id}`).toString('base64'))
}
