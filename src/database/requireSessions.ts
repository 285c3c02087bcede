import type pg from 'pg'
import { StartError } from '../lib/startError.js'
import { connect } from './connect.js'

/** There is a pooler before the database that gives each transaction another session. */
class TransactionPooler extends StartError {
  override readonly name = 'TransactionPooler'
}

const ROUNDS = 3

/**
 * LISTEN, prepared statements and the locks of job workers need a session of their own. With a pooler that shares
 * sessions the server would start, and later only some requests would fail. So this checks it at the start: while a second
 * connection is in a transaction, the first one must still have the same session. It checks so several times, because other
 * clients of a busy pooler may make it look right once.
 *
 * @throws TransactionPooler
 */
export async function requireSessions(idle: pg.Client, connectionString: string): Promise<void> {
  const before = await sessionOf(idle)
  const busy = await connect(connectionString)
  try {
    let isOwn = true
    for (let round = 0; isOwn && round < ROUNDS; round++) {
      await busy.query('BEGIN')
      isOwn = (await sessionOf(busy)) !== before && (await sessionOf(idle)) === before
      await busy.query('ROLLBACK')
    }
    if (isOwn) return
  } finally {
    await busy.end().catch(() => {})
  }
  throw new TransactionPooler(
    'DATABASE_URL leads to a pooler that shares sessions between transactions (transaction pooling). Guildhall needs ' +
      'whole sessions: set pool_mode = session in PgBouncer, use your provider’s session or direct address, or ' +
      'connect to PostgreSQL itself.',
  )
}

/** The PostgreSQL process of a connection and its start time, because process numbers are reused. */
async function sessionOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ session: string }>(
    `SELECT concat(pid, ' ', backend_start) AS session FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
  )
  return rows[0]?.session ?? ''
}
