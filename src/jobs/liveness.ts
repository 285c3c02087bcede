import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type Pool } from 'pg'
import sql, { type Sql } from 'sql-template-tag'

const BEAT_EVERY_MS = 1_000
const ANSWER_WITHIN_MS = 3_000

/** The advisory lock that a living worker's session holds. */
export const lifeLock = (workerId: string | Sql): Sql => sql`hashtextextended('jobs:' || ${workerId}, 0)`

/** A worker's proof of life: a PostgreSQL session of its own that holds an advisory lock for it. */
export type Liveness = {
  /** Takes the lock. Once, before the worker takes its first job. */
  vouchFor(workerId: string): Promise<void>
  /** Resolves with the reason when the session broke, or might have: from then on the worker counts as dead. */
  readonly lost: Promise<Error>
  /** Gives the lock back. */
  end(): Promise<void>
}

const within = async <T>(ms: number, what: string, work: Promise<T>): Promise<T> => {
  const timer = new AbortController()
  const late = sleep(ms, undefined, { signal: timer.signal }).then(() => {
    throw Object.assign(new Error(`${what} took longer than ${ms} ms`), { code: 'ETIMEDOUT' })
  })
  late.catch(() => {})
  return Promise.race([work, late]).finally(() => timer.abort())
}

/**
 * Opens the session. The lock goes with it, whatever ends it: the kernel closes the connection of a process
 * that is killed, and where a whole machine goes PostgreSQL's keep-alive gives up on it within 15 s. Not
 * out of the pool, so that a busy pool can't keep a worker from proving that it lives. A connection pooler
 * between must hand out whole sessions, as LISTEN needs it too.
 *
 * @throws where the database can't be reached within 3 s
 */
export const openLiveness = async (pool: Pool): Promise<Liveness> => {
  const client = new Client(pool.options)
  let ended = false
  const lost = new Promise<Error>((resolve) => {
    client.on('error', resolve)
    client.on('end', () =>
      resolve(Object.assign(new Error('The session that proves life was closed'), { code: 'ECONNRESET' })),
    )
  })
  const query = ({ text, values }: Sql) =>
    within(ANSWER_WITHIN_MS, 'Proving life', client.query<{ held: boolean }>({ text, values }))
  const end = async () => {
    ended = true
    await within(ANSWER_WITHIN_MS, 'Closing', client.end()).catch(() => {})
  }
  const beat = async () => {
    while (!ended) {
      await sleep(BEAT_EVERY_MS, undefined, { ref: false })
      if (ended) return
      const { rows } = await query(sql`select not pg_is_in_recovery() as held`)
      if (!rows[0]?.held) throw new Error('the proof of life leads to a standby, where nobody sees it')
    }
  }

  try {
    await within(ANSWER_WITHIN_MS, 'Connecting', client.connect())
    await query(sql`
      select set_config('application_name', 'guildhall jobs: proof of life', false),
             set_config('tcp_keepalives_idle', '5', false),
             set_config('tcp_keepalives_interval', '2', false),
             set_config('tcp_keepalives_count', '3', false)`)
  } catch (error) {
    await end()
    throw error
  }
  return {
    async vouchFor(workerId) {
      const { rows } = await query(
        sql`select not pg_is_in_recovery() and pg_try_advisory_lock(${lifeLock(workerId)}) as held`,
      )
      if (rows[0]?.held !== true)
        throw new Error(`${workerId} is vouched for by another session, or this one leads to a standby`)
    },
    lost: Promise.race([
      lost,
      beat().then(
        () => lost,
        (error: Error) => error,
      ),
    ]),
    end,
  }
}
