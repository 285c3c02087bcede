import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import sql, { type Sql } from 'sql-template-tag'
import type { Database, Queryable } from './database.js'
import { errorCode } from './errorCode.js'
import { inOneWrite } from './inOneWrite.js'

/** SQLSTATEs after which the very same work may succeed: serialization failure, deadlock. */
const RETRYABLE = new Set(['40001', '40P01'])
const MAX_ATTEMPTS = 5
const BACK_OFF_MS = 10

/** A transaction under way. */
export interface Transaction extends Queryable {
  /**
   * Sends a change whose answer nothing waits for. Where it fails nothing is committed, and the transaction throws
   * its error.
   */
  write(statement: Sql): void
  /**
   * Does what is asked of the database last, and doesn't wait for it: COMMIT is sent right behind. Where one of
   * these statements fails nothing is committed, and the transaction throws its error.
   */
  last(statements: () => Promise<void>): void
}

/**
 * Runs `work` in one READ COMMITTED transaction: committed if it returns, rolled back if it throws.
 * Statements are sent as soon as they are asked, without waiting for those before them, and run in that order,
 * each seeing all that was committed before it began: so what doesn't need one another's answer is asked at once.
 * A deadlock or serialization failure runs it again, five times at most, so `work` must keep its effects
 * inside the transaction.
 * @throws what `work` throws, or the database's error of the last attempt
 */
export async function inTransaction<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(database, work)
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !RETRYABLE.has(errorCode(error) ?? '')) throw error
      await delay(Math.random() * BACK_OFF_MS * 2 ** attempt)
    }
  }
}

async function once<T>(database: Database, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const connection = await database.pool.connect()
  // A connection is reused only where it is known to be outside a transaction again.
  let clean = false
  try {
    const begun = send(connection, 'BEGIN')
    const writes: Promise<unknown>[] = []
    const lasts: (() => Promise<void>)[] = []
    const query = <Row>(statement: Sql) => {
      inOneWrite(connection)
      return database.queryOn<Row>(connection, statement)
    }
    try {
      const result = await work({
        query,
        write: (statement) => void writes.push(awaitedLater(query(statement))),
        last: (statements) => void lasts.push(statements),
      })
      // After a failed statement COMMIT is no error but a rollback: the statement's own error is what counts.
      await allOf([begun, ...writes, ...lasts.map((statements) => statements()), send(connection, 'COMMIT')])
      clean = true
      return result
    } catch (error) {
      // A connection that can't even roll back is not the reason, which is what the caller needs to know.
      clean = await connection.query('ROLLBACK').then(
        () => true,
        () => false,
      )
      // What was asked behind a write that failed failed because of it.
      await allOf(writes)
      throw error
    }
  } finally {
    connection.release(!clean)
  }
}

function send(connection: pg.PoolClient, command: 'BEGIN' | 'COMMIT'): Promise<unknown> {
  inOneWrite(connection)
  return awaitedLater(connection.query(command))
}

/** Whoever awaits it finds the error; until then it is nobody's. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/**
 * A change of exactly one row: of none, it fails by dividing by zero. For what an operation has seen under a lock
 * and goes on without waiting for.
 */
export function ofOneRow(change: Sql): Sql {
  return sql`with changed as (${change} returning 1) select 1 / count(*) from changed`
}

/**
 * Waits for all, then answers with their values, or throws the error of the first in order that failed: so that
 * nothing goes on in a transaction that is over.
 */
export async function allOf<T extends readonly unknown[]>(
  promises: readonly [...{ [I in keyof T]: Promise<T[I]> | T[I] }],
): Promise<T> {
  const settled = await Promise.allSettled(promises)
  for (const one of settled) if (one.status === 'rejected') throw one.reason
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as unknown as T
}
