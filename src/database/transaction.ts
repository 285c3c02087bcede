import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import sql, { type Sql } from 'sql-template-tag'
import { transactions } from '../lib/channels.js'
import { errorCode } from '../lib/errorCode.js'
import type { Database, IdSql, Queryable } from './database.js'
import { inOneWrite } from './inOneWrite.js'
import type { Turn } from './rowQueues.js'
import { giveUp } from './socketOf.js'
import { type TimeLimit, timeLimit } from './timeLimit.js'

/** SQLSTATEs after which the very same work may succeed: serialization failure, deadlock. */
const RETRYABLE = new Set(['40001', '40P01'])
const MAX_ATTEMPTS = 5
const BACK_OFF_MS = 10
/** A client gets an answer within 5 s. This leaves some time for the network. */
const WITHIN_MS = 4_500
/** For work that nobody waits for, ms. */
const PATIENT_WITHIN_MS = 120_000
const BEGIN_PATIENTLY = `BEGIN; SET LOCAL statement_timeout = '${PATIENT_WITHIN_MS}ms'`

/** A running transaction. It takes a connection at its first statement. */
export interface Transaction extends Queryable {
  /**
   * Runs a statement that locks a row which many transactions may want to lock, such as the row of an org. It waits in
   * memory for its turn, if possible before it takes a connection. If the transaction already has a connection and it is
   * not its turn, it is rolled back, and runs again when its turn comes.
   * @param thing the id of the row that the statement returns, if any
   */
  lock<Row extends { id: string }>(thing: IdSql, statement: Sql): Promise<Row[]>
  /**
   * Sends a change and does not wait for its result. If it fails, nothing is committed and the transaction throws its
   * error.
   */
  write(statement: Sql): void
  /**
   * Runs the last statements and does not wait for them: COMMIT is sent right after them. If one of them fails, nothing
   * is committed and the transaction throws its error.
   */
  last(statements: () => Promise<void>): void
}

export interface TransactionOptions {
  /** Whether it may take minutes, because nobody waits for it. */
  patient?: boolean | undefined
}

/**
 * Runs `work` in one READ COMMITTED transaction. It is committed if `work` returns and rolled back if it throws.
 * Statements are sent at once, without waiting for the ones before. They run in that order, and each sees what was
 * committed before it began. So statements that don't need each other's result can be asked together. After a deadlock or
 * a serialization failure `work` runs again, five times at most, and after `lock` it may too. So it must have no effect
 * outside of the transaction. If it takes longer than 4.5 s in total, its connection is closed. Then it is unknown whether
 * a COMMIT that was sent has arrived.
 * @throws what `work` throws, or the database's error of the last attempt
 */
export function inTransaction<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return transactions.isWatched
    ? transactions.watch({}, () => attempts(database, work, options))
    : attempts(database, work, options)
}

async function attempts<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
  { patient = false }: TransactionOptions,
): Promise<T> {
  const limit = timeLimit(patient ? PATIENT_WITHIN_MS : WITHIN_MS)
  const run: Run = { limit, patient, turn: undefined, waitsFor: undefined }
  try {
    for (let attempt = 1; ; ) {
      try {
        return await once(database, work, run)
      } catch (error) {
        if (limit.isOver) throw error
        if (run.waitsFor !== undefined) {
          run.turn = await database.rowQueues.take(run.waitsFor, limit)
          run.waitsFor = undefined
          continue
        }
        if (attempt++ === MAX_ATTEMPTS || !RETRYABLE.has(errorCode(error) ?? '')) throw error
        await delay(Math.random() * BACK_OFF_MS * 2 ** attempt)
      }
    }
  } finally {
    limit.end()
    run.turn?.end()
  }
}

/** The state that all attempts at one transaction share. */
interface Run {
  readonly limit: TimeLimit
  readonly patient: boolean
  turn: Turn | undefined
  /** The row for which the next attempt needs a turn first. */
  waitsFor: IdSql | undefined
}

async function once<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
  run: Run,
): Promise<T> {
  const session = sessionOn(database, run)
  const { query, send } = session
  const writes: Promise<unknown>[] = []
  const lasts: (() => Promise<void>)[] = []
  let clean = false
  try {
    const result = await work({
      query,
      lock: (thing, statement) => lockInTurn(database, session, run, thing, statement),
      write: (statement) => void writes.push(awaitedLater(query(statement))),
      last: (statements) => void lasts.push(statements),
    })
    // After a failed statement COMMIT only rolls back and is no error. The statement's own error counts.
    const ended = [...writes, ...lasts.map((statements) => statements())]
    if (session.isBegun) await allOf([...ended, send('COMMIT')])
    clean = true
    return result
  } catch (error) {
    // If the rollback fails too, the caller still needs the first error.
    clean = await session.rollBack()
    // Statements after a failed write failed because of it, so the write's error comes first.
    await allOf(writes)
    throw error
  } finally {
    session.release(clean)
  }
}

/** A statement that waits for the connection. */
interface Asked {
  sendOn(connection: pg.PoolClient): void
  fail(error: unknown): void
}

type Session = ReturnType<typeof sessionOn>

/** The connection of one attempt. The first statement takes it and begins the transaction. */
function sessionOn({ pool, queryOn, bePatient }: Database, { limit, patient }: Run) {
  let connection: pg.PoolClient | undefined
  let opening: Promise<void> | undefined
  let failed: { error: unknown } | undefined
  const asked: Asked[] = []

  const open = async (turn?: Promise<void>): Promise<void> => {
    try {
      if (turn) await turn
      const opened = await connect(pool, limit)
      limit.breakOffBy((error) => giveUp(opened, error))
      inOneWrite(opened)
      if (patient) bePatient(opened, true)
      awaitedLater(opened.query(patient ? BEGIN_PATIENTLY : 'BEGIN'))
      for (const { sendOn } of asked) sendOn(opened)
      connection = opened
    } catch (error) {
      failed = { error }
      for (const { fail } of asked) fail(error)
    }
  }

  const ask = <R>(sendOn: (connection: pg.PoolClient) => Promise<R>): Promise<R> => {
    if (connection) return sendOn(connection)
    if (failed) return Promise.reject(failed.error)
    opening ??= open()
    return new Promise((resolve, reject) => {
      asked.push({ sendOn: (opened) => void sendOn(opened).then(resolve, reject), fail: reject })
    })
  }

  return {
    get isBegun() {
      return opening !== undefined
    },
    /** To be called before the first statement. All statements then wait for the turn. */
    openInTurn(turn: Promise<void>): void {
      opening = open(turn)
    },
    query: <Row>(statement: Sql) =>
      ask((opened) => {
        inOneWrite(opened)
        return queryOn<Row>(opened, statement)
      }),
    send: (command: 'COMMIT') =>
      awaitedLater(
        ask<unknown>((opened) => {
          inOneWrite(opened)
          return opened.query(command)
        }),
      ),
    /** @returns whether the connection is outside a transaction again */
    async rollBack(): Promise<boolean> {
      await opening
      if (!connection) return true
      return connection.query('ROLLBACK').then(
        () => true,
        () => false,
      )
    },
    /** @param clean whether the connection is known to be outside of a transaction. Otherwise it is closed. */
    release(clean: boolean) {
      limit.breakOffBy(() => {})
      if (patient && connection) bePatient(connection, false)
      connection?.release(!clean)
    },
  }
}

function lockInTurn<Row extends { id: string }>(
  { rowQueues }: Database,
  session: Session,
  run: Run,
  thing: IdSql,
  statement: Sql,
): Promise<Row[]> {
  // A transaction waits in memory only for its first lock. Otherwise two transactions could wait for each other forever.
  if (run.turn === undefined) {
    run.turn = rowQueues.takeFree(thing)
    if (run.turn === undefined && session.isBegun) {
      run.waitsFor = thing
      return Promise.reject(new Error('out of turn'))
    }
    if (run.turn === undefined) {
      const take = async () => {
        run.turn = await rowQueues.take(thing, run.limit)
      }
      session.openInTurn(take())
    }
  }
  const rows = session.query<Row>(statement)
  if (typeof thing === 'string') return rows
  return rows.then((found) => {
    if (found[0]) run.turn?.moveTo(found[0].id)
    return found
  })
}

/** Takes a connection of the pool, if there is one before the time is over. */
function connect(pool: pg.Pool, limit: TimeLimit): Promise<pg.PoolClient> {
  return new Promise((resolve, reject) => {
    let late = false
    limit.breakOffBy((error) => {
      late = true
      reject(error)
    })
    pool.connect().then((connection) => (late ? connection.release() : resolve(connection)), reject)
  })
}

/** Prevents that an error counts as unhandled before the promise is awaited. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/**
 * Makes a change fail, by a division by zero, if it changes no row. It is for rows that an operation has read under a lock
 * and changes without waiting for the result.
 */
export function ofOneRow(change: Sql): Sql {
  return sql`with changed as (${change} returning 1) select 1 / count(*) from changed`
}

/**
 * Waits for all promises, and then returns their values or throws the first error in their order. Unlike `Promise.all` it
 * never returns while something still runs in the transaction.
 */
export async function allOf<T extends readonly unknown[]>(
  promises: readonly [...{ [I in keyof T]: Promise<T[I]> | T[I] }],
): Promise<T> {
  const settled = await Promise.allSettled(promises)
  for (const one of settled) if (one.status === 'rejected') throw one.reason
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as unknown as T
}
