import type { Pool } from 'pg'
import type { Queryable } from '../../src/database/database.js'
import { pruneEvents } from '../../src/domain/orgs/pruneEvents.js'

const DAY_MS = 86_400_000

/** Makes events of an org two days old: all, or those up to a number. */
export async function ageEvents(pool: Pool, orgId: string, upto = 2 ** 31 - 1): Promise<void> {
  await pool.query(
    `update org_event set occurred_at = occurred_at - interval '2 days' where org_id = $1 and seq <= $2`,
    [orgId, upto],
  )
}

/** Deletes what is older than a day, of all orgs, as the job does. @returns how many events, and in how many calls */
export async function pruneAll(
  database: Queryable,
  before = new Date(Date.now() - DAY_MS),
): Promise<{ events: number; calls: number }> {
  const done = { events: 0, calls: 0 }
  let from: string | null = null
  do {
    const { events, next } = await pruneEvents(database, { before, from })
    done.events += events
    done.calls += 1
    from = next
  } while (from !== null)
  return done
}

export async function seqsOf(pool: Pool, orgId: string): Promise<number[]> {
  const { rows } = await pool.query<{ seq: number }>(
    'select seq from org_event where org_id = $1 order by seq',
    [orgId],
  )
  return rows.map(({ seq }) => seq)
}
