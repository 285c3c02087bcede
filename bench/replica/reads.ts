import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { GROWTH, idOf, ORGS } from '../seed.js'

export interface Nodes {
  primary: pg.Pool
  standby: pg.Pool
}

export interface Look {
  /** From the end of the commit until the replica shows it, ms, one for each write. */
  times: number[]
  /** How many of the writes the first read missed. */
  behind: number
}

const EVERY_MS = 50
const GIVE_UP_MS = 30_000

/** An org that the load does not write to. */
const orgId = idOf('org', ORGS + GROWTH.length - 1)
/** A member of it, not the owner. */
const memberId = idOf('user', 7)

/** Writes to an org, and reads its number from the replica until it is there: the token is the org's `event_seq`. */
export const ownWrites = (nodes: Nodes, ms: number) =>
  looks(
    ms,
    async () => {
      const { rows } = await nodes.primary.query<{ seq: number }>(
        'update org set event_seq = event_seq + 1 where id = $1 returning event_seq as seq',
        [orgId],
      )
      return rows[0]?.seq
    },
    async (token) => {
      const { rows } = await nodes.standby.query<{ there: boolean }>(
        'select event_seq >= $2 as there from org where id = $1',
        [orgId, token],
      )
      return rows[0]?.there === true
    },
  )

/** The place in the log after a commit, until the replica has replayed it: the token is an LSN. */
export const tokens = (nodes: Nodes, ms: number) =>
  looks(
    ms,
    async () => {
      const { rows } = await nodes.primary.query<{ lsn: string }>('select pg_current_wal_insert_lsn() as lsn')
      return rows[0]?.lsn
    },
    async (token) => {
      const { rows } = await nodes.standby.query<{ there: boolean }>(
        'select pg_last_wal_replay_lsn() >= $1::pg_lsn as there',
        [token],
      )
      return rows[0]?.there === true
    },
  )

/** Removes a member, and asks the replica until it agrees. Until then it would let them in. */
export const rightTakenAway = (nodes: Nodes, ms: number) =>
  looks(
    ms,
    async () => {
      await addMember(nodes)
      await removeMember(nodes)
    },
    async () => !(await isMember(nodes.standby)),
  )

/** Adds the member, and waits until the replica knows it. */
export async function addMember({ primary, standby }: Nodes): Promise<void> {
  await primary.query(
    `insert into org_user (id, org_id, user_id, roles, joined_at, origin)
     values (gen_random_uuid(), $1, $2, '{USER}', now(), 'DIRECT') on conflict do nothing`,
    [orgId, memberId],
  )
  const { ms } = await until(() => isMember(standby))
  if (ms > GIVE_UP_MS) throw new Error('the replica does not catch up')
}

export async function removeMember({ primary }: Nodes): Promise<void> {
  await primary.query('delete from org_user where org_id = $1 and user_id = $2', [orgId, memberId])
}

export async function isMember(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query('select from org_user where org_id = $1 and user_id = $2', [
    orgId,
    memberId,
  ])
  return rows.length > 0
}

async function looks<Token>(
  ms: number,
  write: () => Promise<Token>,
  isThere: (token: Token) => Promise<boolean>,
): Promise<Look> {
  const times: number[] = []
  let behind = 0
  for (const end = performance.now() + ms; performance.now() < end; await delay(EVERY_MS)) {
    const token = await write()
    const { ms: took, tries } = await until(() => isThere(token))
    times.push(took)
    if (tries > 1) behind++
  }
  return { times, behind }
}

async function until(isTrue: () => Promise<boolean>) {
  const start = performance.now()
  for (let tries = 1; ; tries++)
    if ((await isTrue()) || performance.now() - start > GIVE_UP_MS)
      return { ms: performance.now() - start, tries }
}
