import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import sql, { type Sql } from 'sql-template-tag'
import { errorCode } from '../lib/errorCode.js'
import type { Database, IdSql, Queryable } from './database.js'
import { inOneWrite } from './inOneWrite.js'
import { giveUp } from './socketOf.js'
import { type TimeLimit, timeLimit } from './timeLimit.js'
import type { Turn } from './turns.js'

/** SQLSTATEs after which the very same work may succeed: serialization failure, deadlock. */
const RETRYABLE = new Set(['40001', '40P01'])
const MAX_ATTEMPTS = 5
const BACK_OFF_MS = 10
/** A client is answered within 5 s: this leaves a little for the way there and back. */
const WITHIN_MS = 4_500
/** What nobody waits for may take longer, ms. */
const PATIENT_WITHIN_MS = 120_000
const BEGIN_PATIENTLY = `BEGIN; SET LOCAL statement_timeout = '${PATIENT_WITHIN_MS}ms'`

/** A transaction under way. It takes a connection at its first statement. */
export interface Transaction extends Queryable {
  /**
   * Runs a statement that locks one thing, an org say, that many may want at once: it waits in memory for its turn,
   * if possible before it takes a connection. A transaction that has taken one by then, and isn't next, is rolled
   * back and run again in its turn.
   * @param thing the id of the row that the statement answers with, if any
   */
  lock<Row extends { id: string }>(thing: IdSql, statement: Sql): Promise<Row[]>
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

export interface TransactionOptions {
  /** Nobody waits for its answer: it may take minutes. */
  patient?: boolean | undefined
}

/**
 * Runs `work` in one READ COMMITTED transaction: committed if it returns, rolled back if it throws.
 * Statements are sent as soon as they are asked, without waiting for those before them, and run in that order,
 * each seeing all that was committed before it began: so what doesn't need one another's answer is asked at once.
 * A deadlock or serialization failure runs it again, five times at most, and so may `lock`, so `work` must keep its
 * effects inside the transaction. Where it takes longer than 4.5 s in all, waiting included, its connection is given
 * up: then it is not known whether a COMMIT that was sent arrived.
 * @throws what `work` throws, or the database's error of the last attempt
 */
export async function inTransaction<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
  { patient = false }: TransactionOptions = {},
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
          run.turn = await database.turns.take(run.waitsFor, limit)
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

/** What the attempts at one transaction share. */
interface Run {
  readonly limit: TimeLimit
  readonly patient: boolean
  turn: Turn | undefined
  /** What the next attempt needs a turn for first. */
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
    // After a failed statement COMMIT is no error but a rollback: the statement's own error is what counts.
    const ended = [...writes, ...lasts.map((statements) => statements())]
    if (session.isBegun) await allOf([...ended, send('COMMIT')])
    clean = true
    return result
  } catch (error) {
    // A connection that can't even roll back is not the reason, which is what the caller needs to know.
    clean = await session.rollBack()
    // What was asked behind a write that failed failed because of it.
    await allOf(writes)
    throw error
  } finally {
    session.release(clean)
  }
}

/** A statement that was asked before there was a connection. */
interface Asked {
  sendOn(connection: pg.PoolClient): void
  fail(error: unknown): void
}

type Session = ReturnType<typeof sessionOn>

/** The connection of one attempt, taken and begun at the first statement. */
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
    /** Before anything else is asked: whatever is asked next waits for the turn. */
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
    /** @param clean a connection is reused only where it is known to be outside a transaction again */
    release(clean: boolean) {
      limit.breakOffBy(() => {})
      if (patient && connection) bePatient(connection, false)
      connection?.release(!clean)
    },
  }
}

function lockInTurn<Row extends { id: string }>(
  { turns }: Database,
  session: Session,
  run: Run,
  thing: IdSql,
  statement: Sql,
): Promise<Row[]> {
  // Of several things only the first is waited for: two that wait for one another's would wait for ever.
  if (run.turn === undefined) {
    run.turn = turns.takeFree(thing)
    if (run.turn === undefined && session.isBegun) {
      run.waitsFor = thing
      return Promise.reject(new Error('out of turn'))
    }
    if (run.turn === undefined) {
      const take = async () => {
        run.turn = await turns.take(thing, run.limit)
      }
      session.openInTurn(take())
    }
  }
  const rows = session.query<Row>(statement)
  if (typeof thing === 'string') return rows
  return rows.then((found) => {
    if (found[0]) run.turn?.isOf(found[0].id)
    return found
  })
}

/** A connection of the pool, unless the time is over before there is one. */
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
