import type pg from 'pg'
import { StartError } from '../lib/startError.js'
import { connect } from './connect.js'

/** A pooler stands before the database that gives each transaction another session. */
class TransactionPooler extends StartError {
  override readonly name = 'TransactionPooler'
}

/**
 * Proofs that job workers live, LISTEN and prepared statements live as long as a session. A pooler that shares
 * sessions lets the server start and then fails some requests and no others, so it is looked for at the start: with
 * one connection idle and another in a transaction, the first must still have the session that it had.
 *
 * @throws TransactionPooler
 */
export async function requireSessions(idle: pg.Client, connectionString: string): Promise<void> {
  const before = await sessionOf(idle)
  const busy = await connect(connectionString)
  try {
    await busy.query('BEGIN')
    if ((await sessionOf(busy)) !== before && (await sessionOf(idle)) === before) return
  } finally {
    await busy.end().catch(() => {})
  }
  throw new TransactionPooler(
    'DATABASE_URL leads to a pooler that shares sessions between transactions (transaction pooling). Guildhall needs ' +
      'whole sessions: set pool_mode = session in PgBouncer, use your provider’s session or direct address, or ' +
      'connect to PostgreSQL itself.',
  )
}

/** Which of PostgreSQL's processes serves a connection, and since when: numbers come again. */
async function sessionOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ session: string }>(
    `SELECT concat(pid, ' ', backend_start) AS session FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
  )
  return rows[0]?.session ?? ''
}
