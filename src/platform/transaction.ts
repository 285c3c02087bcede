import { setTimeout as delay } from 'node:timers/promises'
import { type Database, type Queryable, runStatement } from './database.js'

/** SQLSTATEs after which the very same work may succeed: serialization failure, deadlock. */
const RETRYABLE = new Set(['40001', '40P01'])
const MAX_ATTEMPTS = 5
const BACK_OFF_MS = 10

/**
 * Runs `work` in one READ COMMITTED transaction: committed if it returns, rolled back if it throws.
 * A deadlock or serialization failure runs it again, five times at most, so `work` must keep its effects
 * inside the transaction.
 * @throws what `work` throws, or the database's error of the last attempt
 */
export async function inTransaction<T>(
  database: Database,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(database, work)
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !RETRYABLE.has(sqlState(error) ?? '')) throw error
      await delay(Math.random() * BACK_OFF_MS * 2 ** attempt)
    }
  }
}

/** The five-character code of a database error, undefined for every other error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

async function once<T>(database: Database, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  const connection = await database.pool.connect()
  // A connection is reused only where it is known to be outside a transaction again.
  let clean = false
  try {
    await connection.query('BEGIN')
    try {
      const result = await work({ query: (statement) => runStatement(connection, statement) })
      await connection.query('COMMIT')
      clean = true
      return result
    } catch (error) {
      // A connection that can't even roll back is not the reason, which is what the caller needs to know.
      clean = await connection.query('ROLLBACK').then(
        () => true,
        () => false,
      )
      throw error
    }
  } finally {
    connection.release(!clean)
  }
}
