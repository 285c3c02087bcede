import pg from 'pg'
import sql, { type Sql } from 'sql-template-tag'
import { statements } from '../lib/channels.js'
import { closeDeadConnections } from './deadConnections.js'
import { runPrepared, type Shapes } from './preparedQuery.js'
import { onWriteRefused, READ_ONLY } from './readOnly.js'
import { openReadPipelines } from './readPipelines.js'
import { renewalOf } from './renewal.js'
import { openRowQueues, type RowQueues } from './rowQueues.js'
import { askedStatementName, ownStatementName } from './statementNames.js'
import { enumArray, timestamp } from './values.js'
import { type DatabaseWatch, watchDatabase } from './watch.js'

/** The driver's own parser. `parseValues` replaces it. */
const anyTimestamp = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)

/** An id, or a subquery that finds it: so finding and reading take one round trip together. */
export type IdSql = string | Sql

/** Runs single statements: the pool, or the connection of an open transaction. */
export interface Queryable {
  /** Runs one prepared statement. Rows come with the columns' names in camelCase. */
  query<Row>(statement: Sql): Promise<Row[]>
}

export interface DatabaseOptions {
  connectionString: string
  /** The most connections. */
  poolSize: number
  /** A connection that waits for an answer and receives nothing for so long is closed, ms. */
  answerWithinMs?: number | undefined
  /** Called for each statement that is sent, except BEGIN and COMMIT, by the code that sends it. */
  onStatement?: (() => void) | undefined
}

export interface Database extends Queryable {
  pool: pg.Pool
  /** Queues of transactions for rows that many want to lock. */
  rowQueues: RowQueues
  watch: DatabaseWatch
  /** Whether statements on this connection of the pool may take long. */
  bePatient(connection: pg.PoolClient, patient: boolean): void
  /** Runs one prepared statement on a connection of the pool, as `query` does on any. */
  queryOn<Row>(connection: pg.PoolClient, statement: Sql): Promise<Row[]>
  /**
   * Runs one short statement that changes nothing and waits for no lock. Its text may come from a client's query, so it
   * is prepared only once it was run often. Rows are arrays of values.
   */
  read(text: string, values: unknown[]): Promise<unknown[][]>
  /** What its connections do at the moment. */
  load(): DatabaseLoad
  close(): Promise<void>
}

export interface DatabaseLoad {
  /** Connections of the pool. `waiting`: those who wait for one. */
  pool: { inUse: number; idle: number; waiting: number }
  /** The connections that only read. `waiting`: reads that wait for an answer. */
  lanes: { open: number; waiting: number }
  /** Transactions that have a turn for a row, and those that wait for one. */
  rows: { holding: number; waiting: number }
}

/**
 * Prepared statements that look up a few rows are not planned again, because planning takes longer than running them.
 * The data is in memory or on an SSD, so random access is cheap and an index is worth using.
 */
const PLANNING = { plan_cache_mode: 'force_generic_plan', random_page_cost: '1.1' }
/**
 * A client waits for 5 s. A lock that takes so long is probably held by a stuck transaction, so the statement that waits
 * for it gives up and returns its connection.
 */
const LIMITS = {
  // Shorter than a vanished client's session may hold a lock. Otherwise the statement of another vanished client could
  // get the lock next, and hold it as long again.
  statement_timeout: '3500ms',
  lock_timeout: '2500ms',
  // A session whose client vanished keeps its locks for so long. A living client sends the next statement at once.
  idle_in_transaction_session_timeout: '4s',
}
const SESSION = { ...PLANNING, ...LIMITS }
const SET_UP = Object.entries(SESSION)
  .map(([name, value]) => `set_config('${name}', '${value}', false)`)
  .join(', ')
/** Longer than `statement_timeout`, by which PostgreSQL itself ends a statement if it can still be reached. */
const ANSWER_WITHIN_MS = 4_200
/** When the database answers again after a silence, it answers what waits on each living connection within this time. */
const OVERDUE_MS = 1_000
/** This is also the longest wait for a connection of the pool. */
const CONNECT_TIMEOUT_MS = 4_500
/** So many connections of the pool are only for reads, unless the pool is too small. */
const READ_PIPELINES = 2
const POOL_WITH_PIPELINES = 5

/**
 * Opens the one pool that operations and Prisma share.
 * @throws if the server can't be reached or refuses the credentials
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { connectionString, poolSize, answerWithinMs = ANSWER_WITHIN_MS, onStatement } = options
  const pipelines = poolSize < POOL_WITH_PIPELINES ? 0 : READ_PIPELINES
  const connection = {
    connectionString,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'guildhall',
  }
  const deadConnections = closeDeadConnections(answerWithinMs)
  const pool = new pg.Pool({ ...connection, max: poolSize - pipelines, pipeline: true })
  const renewal = renewalOf(pool)
  let watch: DatabaseWatch | undefined
  let endingUnheard: NodeJS.Timeout | undefined
  const begin = (opened: pg.ClientBase) => {
    deadConnections.watch(opened)
    onWriteRefused(opened, () => {
      renewal.retire(opened)
      watch?.doubt()
    })
    setUpSession(opened).then(
      ({ readOnly }) => readOnly && watch?.doubt(),
      () => {},
    )
  }
  // The pool replaces a dead connection at the next use. Without a listener its error would end the process.
  pool.on('error', () => {})
  pool.on('connect', (connection) => {
    connection.on('error', () => {})
    begin(connection)
  })
  try {
    await parseValues(pool)
  } catch (error) {
    await pool.end()
    deadConnections.stop()
    throw error
  }
  const shapes: Shapes = new Map()
  const reads = openReadPipelines(connection, pipelines, shapes, begin)
  // The pool's own method, because Prisma calls it too.
  if (onStatement) pool.query = counted(pool.query.bind(pool) as Run, onStatement) as typeof pool.query
  if (statements.isWatched) pool.query = watched(pool.query.bind(pool) as Run) as typeof pool.query
  watch = watchDatabase({
    connection,
    onWritableAgain() {
      renewal.retireAll()
      reads.renew()
    },
    onSilence() {
      clearTimeout(endingUnheard)
      deadConnections.mark()
    },
    onHeardAgain() {
      // The network may have forgotten these sessions. A request would notice that only after seconds.
      const unheard = deadConnections.unheard()
      for (const client of unheard) renewal.retire(client)
      reads.renew(new Set(unheard))
      endingUnheard = setTimeout(deadConnections.closeUnheard, OVERDUE_MS).unref()
    },
  })
  const runAlone = <Row>(target: pg.Pool | pg.PoolClient, { text, values }: Sql) =>
    runPrepared(target, { name: ownStatementName(text), text, values }, shapes, 'named') as Promise<Row[]>
  const run = <Row>(target: pg.Pool | pg.PoolClient, statement: Sql): Promise<Row[]> =>
    statements.isWatched
      ? statements.watch({ text: statement.text }, () => runAlone<Row>(target, statement))
      : runAlone<Row>(target, statement)
  const readAlone = (text: string, values: unknown[]) => {
    const prepared = { name: askedStatementName(text), text, values }
    const ahead = reads.read(prepared)
    if (ahead) onStatement?.()
    return ahead ?? (runPrepared(pool, prepared, shapes, 'cells') as Promise<unknown[][]>)
  }
  const read = (text: string, values: unknown[]) =>
    statements.isWatched ? statements.watch({ text }, () => readAlone(text, values)) : readAlone(text, values)
  const rowQueues = openRowQueues(poolSize - pipelines, async (thing) => {
    const { text, values } = sql`select ${thing}`
    const [row] = await read(text, values)
    return (row?.[0] ?? null) as string | null
  })
  return {
    pool,
    rowQueues,
    query: (statement) => run(pool, statement),
    queryOn: onStatement ? (counted(run as Run, onStatement) as typeof run) : run,
    read,
    watch,
    bePatient: deadConnections.bePatient,
    load: () => ({
      pool: {
        inUse: pool.totalCount - pool.idleCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
      },
      lanes: reads.load(),
      rows: rowQueues.load(),
    }),
    async close() {
      await watch?.stop()
      await reads.close()
      await pool.end()
      clearTimeout(endingUnheard)
      deadConnections.stop()
    },
  }
}

/**
 * Sends the settings of a new connection's session before any other statement. They are not sent as parameters of the
 * connection, because poolers refuse them there.
 * @returns whether the server is read-only
 * @throws if the connection is lost
 */
export async function setUpSession(connection: pg.ClientBase): Promise<{ readOnly: boolean }> {
  const { rows } = await connection.query<{ readOnly: boolean }>(
    `select ${SET_UP}, ${READ_ONLY} as "readOnly"`,
  )
  return { readOnly: rows[0]?.readOnly ?? false }
}

type Run = (...args: unknown[]) => unknown

const counted =
  (run: Run, onStatement: () => void): Run =>
  (...args) => {
    onStatement()
    return run(...args)
  }

/** Watches the statements that Prisma sends itself. `run` watches ours, which have a callback. */
const watched =
  (run: Run): Run =>
  (...args) => {
    const [statement, , callback] = args
    if (typeof callback === 'function') return run(...args)
    const text = typeof statement === 'string' ? statement : (statement as { text: string }).text
    return statements.watch({ text }, () => run(...args) as Promise<unknown>)
  }

/** The driver doesn't know arrays of our own enums. It would return them as the text '{USER,ADMIN}'. */
async function parseValues(pool: pg.Pool): Promise<void> {
  const enums = await pool.query<{ typarray: number }>(
    `select typarray::int from pg_type where typtype = 'e'`,
  )
  const textArray = pg.types.getTypeParser(1009 as never)
  for (const { typarray } of enums.rows) pg.types.setTypeParser(typarray as never, enumArray(textArray))
  pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, timestamp(anyTimestamp))
}
