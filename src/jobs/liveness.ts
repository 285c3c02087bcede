import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type Pool } from 'pg'
import sql, { type Sql } from 'sql-template-tag'

const BEAT_EVERY_MS = 1_000
const ANSWER_WITHIN_MS = 3_000

/** The advisory lock that a worker's session holds while the worker lives. */
export const lifeLock = (workerId: string | Sql): Sql => sql`hashtextextended('jobs:' || ${workerId}, 0)`

/** Shows other servers that a worker is alive: a PostgreSQL session of its own holds an advisory lock for it. */
export type Liveness = {
  /** Takes the lock. Call it once, before the worker takes its first job. */
  lock(workerId: string): Promise<void>
  /** Resolves with the reason when the session is lost, or may be. From then on the worker counts as dead. */
  readonly lost: Promise<Error>
  /** Releases the lock. */
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
 * Opens the session. The lock ends with it in every case: the kernel closes the connections of a killed process, and if
 * a whole machine fails, PostgreSQL's TCP keep-alive notices within 15 s. The connection is not from the pool, because
 * a busy pool must not make a worker look dead. A connection pooler in front of PostgreSQL must use session mode, as
 * LISTEN needs too.
 *
 * @throws if the database can't be reached within 3 s
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
    async lock(workerId) {
      const { rows } = await query(
        sql`select not pg_is_in_recovery() and pg_try_advisory_lock(${lifeLock(workerId)}) as held`,
      )
      if (rows[0]?.held !== true)
        throw new Error(`${workerId} is locked by another session, or this one leads to a standby`)
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
